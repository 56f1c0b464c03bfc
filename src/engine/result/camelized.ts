// The run file's plain data under the names of the API: `total_bytes` is `totalBytes`. Pure.

type CamelName<Name> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelName<Tail> & string>}`
  : Name;

export type Camelized<Data> = Data extends readonly (infer Item)[]
  ? readonly Camelized<Item>[]
  : Data extends object
    ? { readonly [Name in keyof Data as CamelName<Name>]: Camelized<Data[Name]> }
    : Data;

/** A copy that shares nothing. Names without a small letter behind a `_` (flags, environment variables) stay as they are. */
export function camelized<Data>(data: Data): Camelized<Data> {
  return copy(data) as Camelized<Data>;
}

function copy(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(copy);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [camelName(name), copy(value)]));
}

function camelName(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
