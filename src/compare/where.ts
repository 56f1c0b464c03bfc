// What a condition `K=V` reads of a benchmark, for `--where` and for the scope of a gate. Pure.
import { BenchmemError } from '../errors.js';
import { type Dims, dimName, dimOfKey, isWritten, printScalar, type Scalar } from '../runfile/dims.js';
import { shortId } from '../runfile/ids.js';
import { dimHint, dimNames, valueHint } from '../runfile/known-dims.js';
import type { Condition } from '../text/conditions.js';

/** What conditions and groups read; `dims` may be a getter, asked only if a key needs it. */
export interface Keyed {
  readonly id: string;
  readonly dims: Dims;
}

/** What a benchmark's `key` reads; undefined if it has no such dim. `param:NAME` is the dim, never the word. */
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

/** Why no benchmark fits the conditions, with what exists instead. `origin` is the flag. */
export function nothingFits(
  conditions: readonly Condition[],
  all: readonly Keyed[],
  origin = '--where',
): BenchmemError {
  for (const condition of conditions) {
    const { key, value } = condition;
    const values = all.flatMap((each) => keyText(key, each) ?? []);
    if (values.length === 0) return unknownDim(key, all, origin);
    if (all.some((each) => satisfies(condition, each))) continue;
    return new BenchmemError('USAGE', `no benchmark has ${key}=${value}`, valueHint(key, value, values));
  }
  return new BenchmemError(
    'USAGE',
    `no benchmark has ${conditions.map(({ key, value }) => `${key}=${value}`).join(' and ')}`,
    `some have one of them, and none has all: leave out one ${origin}`,
  );
}

/** That no benchmark has the dim which `key` means, with the dims that exist. */
export function unknownDim(key: string, all: readonly Keyed[], origin: string): BenchmemError {
  const name = dimName(key);
  const hint = dimHint(name, dimNames(all.map(({ dims }) => dims)));
  return new BenchmemError('USAGE', `${origin}: no benchmark has the dim ${JSON.stringify(name)}`, hint);
}
