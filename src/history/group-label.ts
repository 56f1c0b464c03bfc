// Which group a case belongs to: the tokens of `--group-by` as people write them, and the label that they make. Pure.

import type { Entry } from '../compare/series.js';
import { keyText } from '../compare/where.js';
import { BenchmemError } from '../errors.js';
import { isScalar, printScalar } from '../runfile/dims.js';
import { compareCodePoints } from '../runfile/ids.js';
import type { NameParts } from '../runfile/name-parts.js';
import type { RunBenchmark } from '../runfile/schema.js';
import { isRecord } from '../shapes.js';
import { nearest } from '../stats/nearest.js';

/** One part of a label. */
export interface GroupToken {
  /** As the user wrote it. */
  readonly text: string;
  readonly word: Word;
  /** What stands behind the colon of `custom:KEY` and `param:NAME`. */
  readonly key?: string;
}

/** What a label is made of. */
export interface Grouped {
  readonly entry: Entry;
  readonly parts: NameParts;
}

/** What a postfix is called in labels; its own word by default. */
export type PostfixLabels = Readonly<Record<string, string>>;

export const ungrouped = 'ungrouped';

type Word = keyof typeof texts;

const texts = {
  custom: ({ entry }: Grouped) => prefixed('custom', pairsText(customGroups(entry.benchmark))),
  group: ({ entry }: Grouped) => entry.benchmark.group || undefined,
  marks: ({ entry }: Grouped) => prefixed('marks', marksOf(entry.benchmark).join(',')),
  params: ({ entry }: Grouped) => prefixed('params', pairsText(paramsOf(entry.benchmark))),
  name: ({ parts }: Grouped) => nameText(parts),
  fullname: ({ parts }: Grouped) => parts.prefix + nameText(parts),
  fullfunc: ({ parts }: Grouped) => parts.prefix + parts.base,
  func: ({ entry }: Grouped) => keyText('func', entry),
  module: ({ entry }: Grouped) => keyText('module', entry),
  class: ({ entry }: Grouped) => keyText('class', entry),
  postfix: ({ parts }: Grouped, labels: PostfixLabels) => {
    const { postfix } = parts;
    if (postfix === null) return undefined;
    return Object.hasOwn(labels, postfix) ? labels[postfix] : postfix;
  },
} as const satisfies Record<string, (grouped: Grouped, labels: PostfixLabels) => string | undefined>;

const aliases: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...(Object.keys(texts) as Word[]).map((word): [string, Word] => [word, word]),
  ['custom_group', 'custom'],
  ['custom_groups', 'custom'],
  ['benchmark_group', 'group'],
  ['mark', 'marks'],
  ['method', 'name'],
  ['benchmark_name', 'name'],
  ['nodeid', 'fullname'],
  ['benchmark_postfix', 'postfix'],
]);

// Words that a key may follow.
const keyed: ReadonlyMap<string, 'custom' | 'params'> = new Map([
  ['custom', 'custom'],
  ['custom_group', 'custom'],
  ['custom_groups', 'custom'],
  ['param', 'params'],
]);

/** Where nobody says how to group: the first of these that a case has. */
const precedence: readonly Word[] = ['custom', 'group', 'marks', 'params'];

/** The tokens of `--group-by`, each text one or several with commas between. Throws USAGE. */
export function parseGroupTokens(given: readonly string[], origin = '--group-by'): readonly GroupToken[] {
  return given.flatMap((text) => text.split(',')).map((text) => parseToken(text.trim(), origin));
}

function parseToken(text: string, origin: string): GroupToken {
  const colon = text.indexOf(':');
  const word = (colon === -1 ? text : text.slice(0, colon)).trim().toLowerCase();
  if (colon === -1) {
    const known = aliases.get(word);
    if (known !== undefined) return { text, word: known };
  } else {
    const known = keyed.get(word);
    const key = text.slice(colon + 1).trim();
    if (known !== undefined && key !== '') return { text, word: known, key };
  }
  const words = [...aliases.keys(), 'param:NAME', 'custom:KEY'];
  const meant = nearest(word, [...aliases.keys()]);
  throw new BenchmemError(
    'USAGE',
    `there is no ${origin} word ${JSON.stringify(text)}`,
    `${meant === undefined || colon !== -1 ? '' : `did you mean ${meant}? `}use ${words.join(', ')}`,
  );
}

/** The label of a case: the parts that it has, in the order of the tokens. */
export function groupLabel(
  grouped: Grouped,
  tokens: readonly GroupToken[],
  labels: PostfixLabels = {},
): string {
  if (tokens.length === 0) {
    for (const word of precedence) {
      const text = texts[word](grouped, labels);
      if (text !== undefined) return text;
    }
    return ungrouped;
  }
  const parts = tokens.map((token) => tokenText(token, grouped, labels)).filter((part) => part !== undefined);
  return parts.length === 0 ? ungrouped : parts.join(' | ');
}

function tokenText({ word, key }: GroupToken, grouped: Grouped, labels: PostfixLabels): string | undefined {
  if (key === undefined) return texts[word](grouped, labels);
  const { benchmark } = grouped.entry;
  const [name, values] =
    word === 'custom' ? ['custom', customGroups(benchmark)] : ['param', paramsOf(benchmark)];
  const value = (values as ReadonlyMap<string, string>).get(key);
  return value === undefined ? undefined : `${name}:${key}=${value}`;
}

/** The params of a benchmark as text, by code point of their names. A falsy value is a value. */
export function paramsOf({ params }: Pick<RunBenchmark, 'params'>): ReadonlyMap<string, string> {
  return textsOf(params);
}

/** `extra_info.custom_groups`, as text. */
export function customGroups({
  extra_info: extra,
}: Pick<RunBenchmark, 'extra_info'>): ReadonlyMap<string, string> {
  return textsOf(extra.custom_groups);
}

function textsOf(record: unknown): ReadonlyMap<string, string> {
  if (!isRecord(record)) return new Map();
  return new Map(
    Object.keys(record)
      .sort(compareCodePoints)
      .map((name) => [name, valueText(record[name])]),
  );
}

function valueText(value: unknown): string {
  return isScalar(value) ? printScalar(value) : (JSON.stringify(value) ?? String(value));
}

// pytest's own place for marks is beside extra_info.
function marksOf(benchmark: RunBenchmark): readonly string[] {
  const raw = benchmark.extra_info.marks ?? (benchmark as { marks?: unknown }).marks;
  const list = Array.isArray(raw) ? raw : [raw];
  const marks = list.filter((mark) => typeof mark === 'string' && mark !== '');
  return [...new Set(marks)].sort(compareCodePoints);
}

/** `k=v,k=v`. */
export function pairsText(values: ReadonlyMap<string, string>): string {
  return [...values].map(([name, value]) => `${name}=${value}`).join(',');
}

function prefixed(prefix: string, text: string): string | undefined {
  return text === '' ? undefined : `${prefix}:${text}`;
}

/** `process[cpu-10]`: without the postfix. */
function nameText({ base, parameters }: NameParts): string {
  return parameters === null ? base : `${base}[${parameters}]`;
}
