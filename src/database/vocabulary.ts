// Texts that many runs share, each kept once and known by a number.
// WHY: words are added outside the transaction of a run, because savers that bring the same new words would wait for each other
// to the end of it.

import type { RunEnvironment } from '../runfile/environment-key.js';
import type { FigureColumn, RunFigures } from '../runfile/figures.js';
import type { Ask } from './connect.js';
import { digestOf, storedOrNull, storedText } from './stored-text.js';

/** A word: its digest, and the columns that hold it. */
interface Word {
  readonly digest: string;
  readonly values: readonly unknown[];
}

interface Vocabulary {
  readonly table: string;
  /** Columns, with their types. */
  readonly columns: readonly (readonly [name: string, type: string])[];
}

const environments: Vocabulary = {
  table: 'environment',
  columns: [
    ['machine', 'text'],
    ['memory', 'text'],
  ],
};
const lists: Vocabulary = { table: 'names', columns: [['body', 'text']] };
const benchmarks: Vocabulary = { table: 'benchmark', columns: [['fullname', 'text']] };
const metrics: Vocabulary = { table: 'metric', columns: [['field', 'text']] };
const ways: Vocabulary = {
  table: 'way',
  columns: [
    ['environment', 'text'],
    ['passes', 'int'],
    ['resolution', 'float8'],
    ['is_preloaded', 'boolean'],
  ],
};

/** The numbers of words, by their digests. Throws DATABASE. */
async function numbersOf(
  ask: Ask,
  vocabulary: Vocabulary,
  words: readonly Word[],
): Promise<Map<string, number>> {
  const { table, columns } = vocabulary;
  const wanted = new Map(words.map((word) => [word.digest, word]));
  const known = await lookUp(ask, table, [...wanted.keys()]);
  // WHY: they are sorted, because two savers then add the same words in one order, so that neither waits for the other in a
  // circle.
  const missing = [...wanted.values()].filter(({ digest }) => !known.has(digest)).sort(byDigest);
  if (missing.length === 0) return known;
  const names = columns.map(([name]) => name);
  const lists = columns.map(([, type], at) => `$${at + 2}::${type}[]`);
  await ask(
    `INSERT INTO benchmem.${table} (${['digest', ...names].join(', ')})
     SELECT * FROM unnest(${['$1::text[]', ...lists].join(', ')}) ON CONFLICT (digest) DO NOTHING`,
    [missing.map(({ digest }) => digest), ...columns.map((_, at) => missing.map(({ values }) => values[at]))],
  );
  return lookUp(ask, table, [...wanted.keys()]);
}

function byDigest(one: Word, other: Word): number {
  return one.digest < other.digest ? -1 : 1;
}

async function lookUp(ask: Ask, table: string, digests: readonly string[]): Promise<Map<string, number>> {
  const rows = await ask(`SELECT digest, id FROM benchmem.${table} WHERE digest = ANY ($1::text[])`, [
    digests,
  ]);
  return new Map(rows.map(([digest, id]) => [String(digest), Number(id)]));
}

/** Every number that the rows of one run need. */
export interface RunWords {
  readonly environment: number;
  readonly names: number;
  benchmark(id: string): number;
  metric(field: string): number;
  way(column: FigureColumn): number;
}

/** Adds the words of a run that are not there yet. Throws DATABASE. */
export async function wordsOf(ask: Ask, environment: RunEnvironment, figures: RunFigures): Promise<RunWords> {
  const { names, columns } = figures;
  const environmentWord = wordOf(storedText(environment.machine), storedOrNull(environment.memory));
  // WHY: the text is JSON and no form of our own, because JSON writes every character in a form that PostgreSQL takes.
  const namesWord = wordOf(JSON.stringify(names));
  const all = [...columns.values()].flat();
  const benchmarkNumbers = await numbersOf(
    ask,
    benchmarks,
    names.ids.map((id) => wordOf(storedText(id))),
  );
  const metricNumbers = await numbersOf(
    ask,
    metrics,
    [...columns.keys()].map((field) => wordOf(field)),
  );
  const wayNumbers = await numbersOf(ask, ways, all.map(wayWord));
  const environmentNumbers = await numbersOf(ask, environments, [environmentWord]);
  const namesNumbers = await numbersOf(ask, lists, [namesWord]);
  const wayOf = new Map(all.map((column) => [column, wayNumbers.get(wayWord(column).digest) as number]));
  return {
    environment: environmentNumbers.get(environmentWord.digest) as number,
    names: namesNumbers.get(namesWord.digest) as number,
    benchmark: (id) => benchmarkNumbers.get(wordOf(storedText(id)).digest) as number,
    metric: (field) => metricNumbers.get(wordOf(field).digest) as number,
    way: (column) => wayOf.get(column) as number,
  };
}

function wordOf(...values: readonly unknown[]): Word {
  return { digest: digestOf(...values), values };
}

function wayWord({ environment, passes, resolution, isPreloaded }: FigureColumn): Word {
  return wordOf(storedText(environment), passes, resolution, isPreloaded);
}
