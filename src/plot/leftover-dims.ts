// Which dims `scaling` uses when the user names none: the lone numeric one as x, then those that still tell ids apart.
// Params before the parts of the id.
import { BenchmemError } from '../errors.js';
import type { RunTableRow } from '../runfile/table.js';
import { type DimReader, dimNamed, keyOf } from './dims.js';
import type { Selection } from './selection.js';

const idParts = ['node.func', 'node.class', 'node.module', 'node.group'];

/**
 * The lone numeric param, else the lone numeric dim; of several the lone one that varies. Throws INVALID_OPTION if there
 * is none, or a choice.
 */
export function automaticX({ rows, dims, params }: Selection): DimReader {
  const numeric = numericDims(rows, dims);
  const varying = numeric.filter((name) => new Set(rows.map((row) => row.dims[name])).size > 1);
  const loneOf = (names: readonly string[]) => {
    const [only, another] = names.length === 1 ? names : names.filter((name) => varying.includes(name));
    return another === undefined ? only : undefined;
  };
  const numericParams = numeric.filter((name) => params.includes(name));
  const isChoice = numericParams.filter((name) => varying.includes(name)).length > 1;
  const lone = loneOf(numericParams) ?? (isChoice ? undefined : loneOf(numeric));
  if (lone !== undefined) return { name: lone, read: (row) => row.dims[lone] };
  if (numeric.length === 0) {
    throw new BenchmemError(
      'INVALID_OPTION',
      'scaling needs a numeric dim on its x axis, and no benchmark has one',
      dims.length === 0 ? 'compare two runs instead' : `name another with x (--x): ${dims.join(', ')}`,
    );
  }
  throw new BenchmemError(
    'INVALID_OPTION',
    `scaling needs one dim on its x axis, and ${numeric.length} are numeric`,
    `choose with x (--x): ${(varying.length > 0 ? varying : numeric).join(', ')}`,
  );
}

/** Dims that are numbers wherever a benchmark has them. */
export function numericDims(rows: readonly RunTableRow[], dims: readonly string[]): string[] {
  return dims.filter((name) => {
    const present = rows.filter((row) => row.dims[name] !== undefined);
    return present.length > 0 && present.every((row) => typeof row.dims[name] === 'number');
  });
}

/**
 * Dims besides x that vary, in the order the benchmarks name them; then the parts of the id that these do not decide.
 * A dim that follows from x, or that differs in every row, is a result and tells nothing apart; a part of the id that x
 * decides and that decides x is x by another name.
 */
export function automaticDims({ dims }: Selection, rows: readonly RunTableRow[], x: DimReader): DimReader[] {
  const appearing = new Set(rows.flatMap((row) => Object.keys(row.dims)));
  const params = [...appearing]
    .filter((name) => !name.startsWith('node.') && name !== x.name)
    .map((name) => dimNamed(`param:${name}`, dims, 'dims'))
    .filter((dim) => varies(rows, dim) && !follows(rows, dim, [x]) && !isUnique(rows, dim));
  const chosen = [...params];
  for (const name of idParts) {
    if (!appearing.has(name) || name === x.name) continue;
    const dim: DimReader = { name, read: (row) => row.dims[name] };
    const isX = follows(rows, dim, [x]) && follows(rows, x, [dim]);
    if (varies(rows, dim) && !isX && !follows(rows, dim, chosen)) chosen.push(dim);
  }
  return chosen;
}

function varies(rows: readonly RunTableRow[], dim: DimReader): boolean {
  return new Set(rows.map((row) => keyOf(row, dim))).size > 1;
}

function isUnique(rows: readonly RunTableRow[], dim: DimReader): boolean {
  const ids = new Set(rows.map(({ id }) => id)).size;
  return ids > 2 && new Set(rows.map((row) => keyOf(row, dim))).size >= ids;
}

/** True if the dim has one value for each combination of the others. */
function follows(rows: readonly RunTableRow[], dim: DimReader, others: readonly DimReader[]): boolean {
  const seen = new Map<string, string>();
  for (const row of rows) {
    const key = JSON.stringify(others.map((other) => keyOf(row, other)));
    const value = keyOf(row, dim);
    if ((seen.get(key) ?? value) !== value) return false;
    seen.set(key, value);
  }
  return true;
}
