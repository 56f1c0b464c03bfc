// Whether a matcher of ours was called at all: a test file that uses none pays for no check.

// biome-ignore lint/suspicious/noExplicitAny: matchers as each runner types them.
type Matcher = (this: any, ...args: any[]) => any;

let isUsed = false;

/** The same matchers; a call of one is noted. */
export function noteUse<Matchers extends Readonly<Record<string, Matcher>>>(matchers: Matchers): Matchers {
  const noted = Object.entries(matchers).map(([name, matcher]): [string, Matcher] => [
    name,
    function (...args) {
      isUsed = true;
      return matcher.apply(this, args);
    },
  ]);
  return Object.fromEntries(noted) as Matchers;
}

/** Does it if a matcher was called since the process began. */
export function whenUsed(check: () => void): void {
  if (isUsed) check();
}
