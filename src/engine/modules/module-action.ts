// How an action is named so that a child can find it: a module, an export of it, and arguments.
// Types and recognition only; loading is elsewhere.

export interface ModuleAction {
  /** A file URL (`import.meta.resolve('./job.js')`) or an absolute path; TypeScript is fine. */
  readonly module: string | URL;
  /** The exported function's name; `default` unless given. */
  readonly export?: string;
  /**
   * Its arguments, after what `setup` returned. They cross into a child by structured clone; a setup without
   * arguments of its own gets them too.
   */
  readonly args?: readonly unknown[];
}

/** A function to load, as the parent resolved it. */
export interface Loadable {
  /** File URL of what is imported. */
  readonly url: string;
  /** The module as the user named it, for messages. */
  readonly name: string;
  readonly exportName: string;
  readonly args: readonly unknown[];
}

/** What is wrong with a module action that was recognised as one; undefined: nothing. */
export function flawOf(action: object): string | undefined {
  const { export: name, args } = action as { export?: unknown; args?: unknown };
  const known = ['module', 'export', 'args'];
  const strange = Object.keys(action).find((key) => !known.includes(key));
  if (strange !== undefined) return `has a field ${strange}, and only ${known.join(', ')} mean something`;
  if (name !== undefined && typeof name !== 'string')
    return 'names its export by something else than a string';
  if (args !== undefined && !Array.isArray(args)) return 'has args that are no list';
  return undefined;
}

export function isModuleAction(value: unknown): value is ModuleAction {
  if (typeof value !== 'object' || value === null) return false;
  const { module } = value as { module?: unknown };
  return typeof module === 'string' || module instanceof URL;
}
