// Which sub-table an id stands in (`--group-by`), and the order of ids within one (`--sort`). Pure.
import { BenchmemError } from '../errors.js';
import { dimName } from '../runfile/dims.js';
import { compareCodePoints } from '../runfile/ids.js';
import { nearest } from '../stats/nearest.js';
import { absentText } from '../text/numbers.js';
import type { Series } from './series.js';
import type { Values } from './values.js';
import { keyText, unknownDim } from './where.js';

export type SortKey = 'name' | 'value' | 'change';

export interface Group {
  readonly title: string;
  /** Places in the ids of the values, in the order of the rows. */
  readonly ids: readonly number[];
}

const words = ['fullname', 'name', 'func', 'group', 'module', 'class'] as const;
// Keys that a name follows.
const named = ['param:', 'custom:'] as const;
const prefixOf = (key: string): string | undefined => named.find((prefix) => key.startsWith(prefix));

/** The keys of `--group-by`; [] for one table of all. Throws USAGE for an unknown or an empty key. */
export function parseGroupBy(text: string): string[] {
  if (text === '') return [];
  return text.split(',').map((raw) => {
    const key = raw.trim();
    if ((words as readonly string[]).includes(key)) return key;
    const prefix = prefixOf(key) ?? '';
    const name = prefix === '' ? '' : key.slice(prefix.length).trim();
    if (name !== '') return prefix + name;
    const meant = nearest(key, words);
    const hint = `use ${words.join(', ')}, param:NAME, custom:KEY`;
    throw new BenchmemError(
      'USAGE',
      `there is no --group-by key ${JSON.stringify(key)}`,
      meant === undefined ? hint : `did you mean ${meant}? ${hint}`,
    );
  });
}

/** Throws USAGE for a `param:NAME` or `custom:KEY` that no benchmark has, which would be one group of all. */
export function refuseUnknownKeys(keys: readonly string[], series: readonly Series[]): void {
  const asked = keys.filter((key) => prefixOf(key) !== undefined);
  if (asked.length === 0) return;
  const all = series.flatMap(({ entries }) => [...entries.values()]);
  const unknown = asked.find((key) => all.every((entry) => keyText(key, entry) === undefined));
  if (unknown !== undefined) throw unknownDim(unknown, all, '--group-by');
}

/** Groups by key, `—` last; ids by `sort`. */
export function groupIds(
  values: Values,
  keys: readonly string[],
  sort: SortKey,
  seriesCount: number,
): Group[] {
  // PERF: every id is a group of its own then, and they stand in their order already.
  if (keys.length === 1 && keys[0] === 'fullname')
    return values.ids.map((title, id) => ({ title, ids: [id] }));
  const groups = new Map<string | undefined, { parts: readonly (string | undefined)[]; ids: number[] }>();
  for (const id of values.ids.keys()) {
    const entry = values.firstEntry(id);
    const parts = keys.map((key) => (entry === undefined ? undefined : keyText(key, entry)));
    const identity = parts.length === 1 ? parts[0] : JSON.stringify(parts.map((part) => part ?? null));
    const group = groups.get(identity) ?? { parts, ids: [] };
    groups.set(identity, group);
    group.ids.push(id);
  }
  return [...groups.values()]
    .sort((a, b) => compareParts(a.parts, b.parts))
    .map(({ parts, ids }) => ({ title: titleOf(keys, parts), ids: sortIds(ids, values, sort, seriesCount) }));
}

function titleOf(keys: readonly string[], parts: readonly (string | undefined)[]): string {
  if (keys.length === 0) return 'comparison';
  return keys
    .map((key, index) => {
      const text = parts[index] ?? absentText;
      return prefixOf(key) === undefined ? text : `${dimName(key)}=${text}`;
    })
    .join(' ');
}

function compareParts(a: readonly (string | undefined)[], b: readonly (string | undefined)[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return compareCodePoints(left, right);
  }
  return 0;
}

// INVARIANT: ids come in by code point and the sort is stable, so ties keep that order.
function sortIds(
  ids: readonly number[],
  values: Values,
  sort: SortKey,
  seriesCount: number,
): readonly number[] {
  if (sort === 'name' || values.columns.length === 0) return ids;
  const last = seriesCount - 1;
  const keys = new Map(
    ids.map((id) => [id, sort === 'value' ? numberAt(values, id, last) : changeOf(values, id, last)]),
  );
  return [...ids].sort((a, b) => {
    const left = keys.get(a);
    const right = keys.get(b);
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return right - left;
  });
}

function changeOf(values: Values, id: number, last: number): number | undefined {
  const from = numberAt(values, id, 0);
  const to = numberAt(values, id, last);
  return from === undefined || to === undefined || from <= 0 ? undefined : (to - from) / from;
}

function numberAt(values: Values, id: number, series: number): number | undefined {
  const value = values.at(values.rowAt(id, series), 0);
  return typeof value === 'number' ? value : undefined;
}
