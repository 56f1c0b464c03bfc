// `K=V` conditions over dims, for `--where` and for the scope of a gate. Pure.
import { BenchmemError } from '../errors.js';
import { type Dims, dimOfKey, isWritten, printScalar, type Scalar } from '../runfile/dims.js';
import { compareCodePoints, shortId } from '../runfile/ids.js';

export interface Condition {
  /** As the user wrote it. */
  readonly key: string;
  readonly value: string;
}

/** `K=V`. Throws USAGE. */
export function parseCondition(text: string, origin = '--where'): Condition {
  const equals = text.indexOf('=');
  const key = text.slice(0, Math.max(0, equals)).trim();
  if (equals === -1 || key === '' || key === 'param:') {
    throw new BenchmemError(
      'USAGE',
      `${origin}: ${JSON.stringify(text)} is not K=V`,
      'for example --where group=io',
    );
  }
  return { key, value: text.slice(equals + 1).trim() };
}

/** What conditions and groups read; `dims` may be a getter, asked only where a key needs it. */
export interface Keyed {
  readonly id: string;
  readonly dims: Dims;
}

/** What a benchmark's `key` reads; undefined where it has no such dim. `param:NAME` is the dim, never the word. */
export function keyText(key: string, benchmark: Keyed): string | undefined {
  const value = keyValue(key, benchmark);
  return value === undefined ? undefined : printScalar(value);
}

function keyValue(key: string, benchmark: Keyed): Scalar | undefined {
  if (key === 'name') return shortId(benchmark.id);
  return key === 'fullname' ? benchmark.id : benchmark.dims.get(dimOfKey(key));
}

export function satisfies({ key, value: text }: Condition, benchmark: Keyed): boolean {
  const value = keyValue(key, benchmark);
  return value !== undefined && isWritten(value, text);
}

/** Every dim of the benchmarks, by code point: what an error offers. */
export function dimNames(all: Iterable<Dims>): string[] {
  const names = new Set<string>();
  for (const dims of all) for (const name of dims.keys()) names.add(name);
  return [...names].sort(compareCodePoints);
}
