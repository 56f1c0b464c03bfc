// What a condition `K=V` reads of a benchmark, for `--where` and for the scope of a gate. Pure.
import { type Dims, dimOfKey, isWritten, printScalar, type Scalar } from '../runfile/dims.js';
import { compareCodePoints, shortId } from '../runfile/ids.js';
import type { Condition } from '../text/conditions.js';

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
