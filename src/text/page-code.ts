// Functions as the script of a page, which has their source texts and nothing else of this program. Pure.

type AnyFunction = (...given: never) => unknown;

/** An object literal of the functions. WHY: each stands there by its own name, because a bundler may have changed it. */
export function libraryText(library: object): string {
  const functions = Object.entries(library as Readonly<Record<string, AnyFunction>>);
  return `{ ${functions.map(([key, { name }]) => `${key}: ${name}`).join(', ')} }`;
}

/** Calls the function with what the text `given` says. */
export function callText(called: AnyFunction, given: string): string {
  return `(${called})(${given});\n`;
}
