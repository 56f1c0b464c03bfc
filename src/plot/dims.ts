// Dims by the names that users type, and filters on them.
// Says what exists whenever something does not.
import { BenchmemError } from '../errors.js';
import { dimOfKey, isWritten, printScalar, type Scalar } from '../runfile/dims.js';
import { compareCodePoints, shortId } from '../runfile/ids.js';
import { dimHint, valueHint } from '../runfile/known-dims.js';
import type { RunTableRow } from '../runfile/table.js';

/** Reads one dim of a row; undefined if the benchmark does not have it. */
export interface DimReader {
  /** The dim's own name, for titles. */
  readonly name: string;
  read(row: Pick<RunTableRow, 'id' | 'dims'>): Scalar | undefined;
}

/** How a benchmark without the dim is shown. */
export const absentDim = '—';

/** The dim that `name` means: a dim, a word for one of the id's parts, or `param:NAME`. Throws INVALID_OPTION. */
export function dimNamed(name: string, known: readonly string[], option: string): DimReader {
  if (name === 'name') return { name, read: ({ id }) => shortId(id) };
  if (name === 'fullname') return { name, read: ({ id }) => id };
  const dim = dimOfKey(name);
  if (known.includes(dim)) return { name: dim, read: ({ dims }) => dims[dim] };
  throw new BenchmemError(
    'INVALID_OPTION',
    `${option}: no benchmark has a dim called ${name === '' ? '""' : name}`,
    dimHint(dim, known),
  );
}

/** The value as a group key. */
export function keyOf(row: Pick<RunTableRow, 'id' | 'dims'>, dim: DimReader): string {
  const value = dim.read(row);
  return value === undefined ? absentDim : printScalar(value);
}

/** Distinct keys: numbers by size, texts by code point, `—` last. */
export function sortedKeys(rows: readonly RunTableRow[], dim: DimReader): string[] {
  const values = new Map<string, Scalar | undefined>();
  for (const row of rows) values.set(keyOf(row, dim), dim.read(row));
  return [...values]
    .sort(([a, left], [b, right]) => {
      if (left === undefined || right === undefined)
        return Number(left === undefined) - Number(right === undefined);
      if (typeof left === 'number' && typeof right === 'number') return left - right;
      return compareCodePoints(a, b);
    })
    .map(([key]) => key);
}

/** The rows for which every `DIM=VALUE` holds. Throws INVALID_OPTION for a wrong filter, and where nothing is left. */
export function filterRows(
  rows: readonly RunTableRow[],
  where: readonly string[],
  known: readonly string[],
): readonly RunTableRow[] {
  let kept = rows;
  for (const filter of where) {
    const equals = filter.indexOf('=');
    if (equals < 1) {
      throw new BenchmemError(
        'INVALID_OPTION',
        `where must be DIM=VALUE, not ${filter}`,
        `the dims are ${known.join(', ')}`,
      );
    }
    const dim = dimNamed(filter.slice(0, equals).trim(), known, 'where');
    const wanted = filter.slice(equals + 1).trim();
    const matching = kept.filter((row) => {
      const value = dim.read(row);
      return value !== undefined && isWritten(value, wanted);
    });
    if (matching.length === 0) throw nothingLeft(filter, wanted, dim, kept);
    kept = matching;
  }
  return kept;
}

function nothingLeft(
  filter: string,
  wanted: string,
  dim: DimReader,
  rows: readonly RunTableRow[],
): BenchmemError {
  const values = rows.flatMap((row) => dim.read(row) ?? []).map(printScalar);
  return new BenchmemError(
    'INVALID_OPTION',
    `no benchmark has ${filter}`,
    valueHint(dim.name, wanted, values),
  );
}
