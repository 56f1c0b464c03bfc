// Shapes of plain data from outside, as several layers' readers of it ask for them.
// A leaf: imports nothing, throws nothing.

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && [...value].every(isText);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/** The record; undefined if it holds nothing. */
export function notEmpty<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

/** The record's own properties, each optional where its value may be undefined. */
export type Defined<T> = {
  [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name];
} & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
};

/** A copy without the properties that are undefined: what was not measured or not given is absent. */
export function defined<T extends object>(record: T): Defined<T> {
  const present: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) if (value !== undefined) present[name] = value;
  return present as Defined<T>;
}
