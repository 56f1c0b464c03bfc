// The figures of runs out of the tables. PERF: the server joins the values of one way of measuring into a few long texts,
// because a row per value takes the driver ten times as long.

import type { FigureCell, FigureColumn, FigureNames, RunFigures } from '../runfile/figures.js';
import { namesFrom, pairsFrom } from '../runfile/figures-index.js';
import type { RunHead } from '../runfile/heads.js';
import type { SeriesRun, SeriesTable, UnreadRun } from '../runfile/store.js';
import { isText } from '../shapes.js';
import type { Ask, Database, Row } from './connect.js';
import type { DatabaseListing, RowFacts } from './heads.js';
import { digestOf, storedText, textFrom } from './stored-text.js';

/** Values that one question asks for, so that no answer is longer than a text may be. */
const mostValues = 400_000;

type Way = Omit<FigureColumn, 'rows' | 'cells'>;

interface OpenColumn {
  readonly way: Way;
  readonly values: { readonly place: number; readonly cell: FigureCell }[];
}

interface OpenRun {
  readonly head: RunHead;
  readonly facts: RowFacts;
  readonly names: FigureNames | undefined;
  readonly columns: Map<string, Map<number, OpenColumn>>;
  /** False once something was read that cannot be. */
  isSound: boolean;
}

export interface SeriesQuery {
  readonly heads: readonly RunHead[];
  readonly fields: readonly string[];
  /** Only these benchmarks; all unless told. */
  readonly ids?: readonly string[] | undefined;
}

/** The figures of some runs of a listing. Throws DATABASE. */
export async function seriesOf(
  { ask }: Pick<Database, 'ask'>,
  { rows, unread }: DatabaseListing,
  { heads, fields, ids }: SeriesQuery,
  known: Map<number, FigureNames | undefined>,
): Promise<SeriesTable> {
  const chosen = heads.flatMap((head) => {
    const facts = rows.get(head);
    return facts === undefined ? [] : [{ head, facts }];
  });
  await readNames(ask, new Set(chosen.map(({ facts }) => facts.namesId)), known);
  const runs = new Map<number, OpenRun>();
  for (const { head, facts } of chosen) {
    const names = known.get(facts.namesId);
    runs.set(facts.id, { head, facts, names, columns: new Map(), isSound: names !== undefined });
  }
  const words = await wordsIn(ask, fields);
  if (ids === undefined) await readInPieces(ask, runs, words);
  else await readOf(ask, runs, words, ids);
  const broken: UnreadRun[] = [];
  const found: SeriesRun[] = [];
  for (const run of runs.values()) {
    const figures = run.isSound ? figuresFrom(run, fields) : undefined;
    if (figures === undefined) broken.push(brokenRun(run.head));
    else found.push({ head: run.head, figures });
  }
  return { runs: found, unread: [...unread, ...broken] };
}

function brokenRun({ path }: RunHead): UnreadRun {
  return { path, message: `the figures of ${path} in the database were changed by another program` };
}

// PERF: hundreds of runs have one list of ids.
async function readNames(
  ask: Ask,
  wanted: ReadonlySet<number>,
  known: Map<number, FigureNames | undefined>,
): Promise<void> {
  const missing = [...wanted].filter((id) => !known.has(id));
  if (missing.length === 0) return;
  const found = await ask('SELECT id, body FROM benchmem.names WHERE id = ANY ($1::int[])', [missing]);
  for (const [id, body] of found) known.set(Number(id), namesFrom(parsed(body)));
}

interface Words {
  readonly fields: ReadonlyMap<number, string>;
  readonly ways: ReadonlyMap<number, Way>;
}

async function wordsIn(ask: Ask, fields: readonly string[]): Promise<Words> {
  const metrics = await ask('SELECT id, field FROM benchmem.metric WHERE field = ANY ($1::text[])', [fields]);
  const ways = await ask('SELECT id, environment, passes, resolution, is_preloaded FROM benchmem.way');
  return {
    fields: new Map(metrics.map(([id, field]) => [Number(id), String(field)])),
    ways: new Map(
      ways.flatMap(([id, text, passes, resolution, isPreloaded]) => {
        const environment = textFrom(text);
        if (environment === undefined || typeof isPreloaded !== 'boolean') return [];
        return [
          [Number(id), { environment, passes: Number(passes), resolution: Number(resolution), isPreloaded }],
        ];
      }),
    ),
  };
}

const joined = ['run_id', 'place', 'headline', 'low', 'high']
  .map((column) => `string_agg(sample.${column}::text, ',')`)
  .join(', ');

async function readInPieces(ask: Ask, runs: ReadonlyMap<number, OpenRun>, words: Words): Promise<void> {
  const metrics = [...words.fields.keys()];
  let piece: number[] = [];
  let values = 0;
  const read = async () => {
    const answer = await ask(
      `SELECT metric_id, way_id, ${joined} FROM benchmem.sample
       WHERE run_id = ANY ($1::int[]) AND metric_id = ANY ($2::int[]) GROUP BY metric_id, way_id`,
      [piece, metrics],
    );
    for (const row of answer) take(row, runs, words);
    piece = [];
    values = 0;
  };
  for (const [id, { names }] of runs) {
    piece.push(id);
    values += (names?.ids.length ?? 0) * metrics.length;
    if (values >= mostValues) await read();
  }
  if (piece.length > 0) await read();
}

async function readOf(
  ask: Ask,
  runs: ReadonlyMap<number, OpenRun>,
  words: Words,
  ids: readonly string[],
): Promise<void> {
  const digests = ids.map((id) => digestOf(storedText(id)));
  const answer = await ask(
    `SELECT metric_id, way_id, ${joined} FROM benchmem.sample
     WHERE benchmark_id = ANY (ARRAY(SELECT id FROM benchmem.benchmark WHERE digest = ANY ($1::text[])))
       AND metric_id = ANY ($2::int[]) GROUP BY metric_id, way_id`,
    [digests, [...words.fields.keys()]],
  );
  for (const row of answer) take(row, runs, words);
}

/** Puts the values of one metric and way to their runs. */
function take([metric, wayId, ...lists]: Row, runs: ReadonlyMap<number, OpenRun>, words: Words): void {
  const field = words.fields.get(Number(metric)) as string;
  const way = words.ways.get(Number(wayId));
  const [ids = [], places = [], headlines = [], lows = [], highs = []] = lists.map((text) =>
    String(text).split(','),
  );
  for (const [at, id] of ids.entries()) {
    const run = runs.get(Number(id));
    if (run === undefined) continue;
    const place = Number(places[at]);
    if (way === undefined || run.names === undefined || place < 0 || place >= run.names.ids.length) {
      run.isSound = false;
      continue;
    }
    const cell = cellOf(Number(headlines[at]), Number(lows[at]), Number(highs[at]));
    columnOf(run, field, Number(wayId), way).values.push({ place, cell });
  }
}

function cellOf(headline: number, low: number, high: number): FigureCell {
  return low === headline && high === headline ? headline : [headline, low, high];
}

function columnOf({ columns }: OpenRun, field: string, wayId: number, way: Way): OpenColumn {
  const own = columns.get(field) ?? new Map<number, OpenColumn>();
  columns.set(field, own);
  const column = own.get(wayId) ?? { way, values: [] };
  own.set(wayId, column);
  return column;
}

/** Undefined for figures that no run has. */
function figuresFrom({ facts, names, columns }: OpenRun, fields: readonly string[]): RunFigures | undefined {
  // PERF: hardly any run of a listing of thousands kept profiles.
  const profiles = facts.profiles === '[]' ? [] : pairsFrom(parsed(facts.profiles), isText);
  if (names === undefined || profiles === undefined) return undefined;
  const figures = new Map<string, readonly FigureColumn[]>();
  for (const field of fields) {
    const open = columns.get(field);
    if (open !== undefined) figures.set(field, [...open.values()].map(closed).sort(byFirstRow));
  }
  return { names, profiles, columns: figures };
}

function closed({ way, values }: OpenColumn): FigureColumn {
  values.sort((one, other) => one.place - other.place);
  return { ...way, rows: values.map(({ place }) => place), cells: values.map(({ cell }) => cell) };
}

function byFirstRow(one: FigureColumn, other: FigureColumn): number {
  return (one.rows[0] ?? 0) - (other.rows[0] ?? 0);
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
