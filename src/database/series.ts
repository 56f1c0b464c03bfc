// The figures of runs out of the tables. PERF: the server joins the values of one way of measuring into a few long texts,
// because a row per value takes the driver ten times as long.

import type { FigureCell, FigureNames, RunFigures } from '../runfile/figures.js';
import { isCell, namesFrom, pairsFrom } from '../runfile/figures-index.js';
import type { RunHead } from '../runfile/heads.js';
import type { SeriesRun, SeriesTable, UnreadRun } from '../runfile/store.js';
import { isText } from '../shapes.js';
import type { Ask, Database, Row } from './connect.js';
import { type OpenColumn, put, SharedRows, type Way } from './figure-columns.js';
import type { RowFacts } from './heads.js';
import { digestOf, storedText, textFrom } from './stored-text.js';

/** Values that one question asks for, so that no answer is longer than a text may be. */
const mostValues = 400_000;

interface OpenRun {
  readonly facts: RowFacts;
  readonly names: FigureNames | undefined;
  readonly columns: Map<string, OpenColumn[]>;
  /** False once something was read that cannot be. */
  isSound: boolean;
}

type OpenRuns = ReadonlyMap<number, OpenRun>;

export interface SeriesQuery {
  readonly heads: readonly RunHead[];
  readonly fields: readonly string[];
  /** Only these benchmarks; all by default. */
  readonly ids?: readonly string[] | undefined;
  factsOf(head: RunHead): RowFacts;
}

/** The figures of some runs of a listing. Throws DATABASE. */
export async function seriesOf(
  { ask }: Pick<Database, 'ask'>,
  { heads, fields, ids, factsOf }: SeriesQuery,
  known: Map<number, FigureNames | undefined>,
): Promise<SeriesTable> {
  const facts = heads.map(factsOf);
  await readNames(ask, new Set(facts.map(({ namesId }) => namesId)), known);
  const open = facts.map((own): OpenRun => {
    const names = known.get(own.namesId);
    return { facts: own, names, columns: new Map(), isSound: names !== undefined };
  });
  const runs = new Map(open.map((run) => [run.facts.id, run]));
  if (ids === undefined) await readInPieces(ask, runs, fields);
  else await readOf(ask, runs, fields, ids);
  const unread: UnreadRun[] = [];
  const found: SeriesRun[] = [];
  const rows = new SharedRows();
  for (const [at, head] of heads.entries()) {
    const figures = figuresFrom(open[at] as OpenRun, fields, rows);
    if (figures === undefined) unread.push(brokenRun(head));
    else found.push({ head, figures });
  }
  return { runs: found, unread };
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

/**
 * The values of the samples that a condition leaves, one row per field and way of measuring; `$1` are the fields.
 * PERF: in their binary form, because the text of a number takes longer to write and to read than all else.
 */
const samplesWhere = (condition: string) => `
  SELECT metric.field, found.*, way.environment, way.passes, way.resolution, way.is_preloaded
  FROM (
    SELECT metric_id, way_id, string_agg(int4send(run_id), ''), string_agg(int4send(place), ''),
      string_agg(float8send(headline), ''), string_agg(float8send(low), ''), string_agg(float8send(high), '')
    FROM benchmem.sample
    WHERE metric_id = ANY (ARRAY(SELECT id FROM benchmem.metric WHERE field = ANY ($1::text[]))) AND ${condition}
    GROUP BY metric_id, way_id
  ) found
  JOIN benchmem.metric ON metric.id = found.metric_id
  LEFT JOIN benchmem.way ON way.id = found.way_id`;

const ofRuns = samplesWhere('run_id = ANY ($2::int[])');

async function readInPieces(ask: Ask, runs: OpenRuns, fields: readonly string[]): Promise<void> {
  let piece: number[] = [];
  let values = 0;
  const read = async () => {
    for (const row of await ask(ofRuns, [fields, piece])) take(row, runs);
    piece = [];
    values = 0;
  };
  for (const [id, { names }] of runs) {
    piece.push(id);
    values += (names?.ids.length ?? 0) * fields.length;
    if (values >= mostValues) await read();
  }
  if (piece.length > 0) await read();
}

// PERF: a range of runs is a part of the index.
const ofBenchmarks = samplesWhere(`run_id BETWEEN $2 AND $3
  AND benchmark_id = ANY (ARRAY(SELECT id FROM benchmem.benchmark WHERE digest = ANY ($4::text[])))`);

async function readOf(
  ask: Ask,
  runs: OpenRuns,
  fields: readonly string[],
  ids: readonly string[],
): Promise<void> {
  let [first, last] = [Number.MAX_SAFE_INTEGER, 0];
  for (const id of runs.keys()) [first, last] = [Math.min(first, id), Math.max(last, id)];
  const digests = ids.map((id) => digestOf(storedText(id)));
  const atOnce = Math.ceil(mostValues / (1 + runs.size * fields.length));
  for (let at = 0; at < digests.length && runs.size > 0; at += atOnce) {
    const some = digests.slice(at, at + atOnce);
    for (const row of await ask(ofBenchmarks, [fields, first, last, some])) take(row, runs);
  }
}

/** Puts the values of one field and way to their runs. */
function take([name, , , ids, places, headlines, lows, highs, ...wayColumns]: Row, runs: OpenRuns): void {
  const field = String(name);
  const way = wayFrom(wayColumns);
  const [runIds, rows] = [integersIn(ids), integersIn(places)];
  const [headline, low, high] = [numbersIn(headlines), numbersIn(lows), numbersIn(highs)];
  let run: OpenRun | undefined;
  let column: OpenColumn | undefined;
  for (let at = 0; at < runIds.length; at += 1) {
    // PERF: the values of one run mostly follow each other.
    if (at === 0 || runIds[at] !== runIds[at - 1]) {
      run = runs.get(runIds[at] as number);
      column = undefined;
    }
    if (run === undefined) continue;
    const row = rows[at] as number;
    const cell = cellOf(headline[at] as number, low[at] as number, high[at] as number);
    const isKnown = row >= 0 && row < (run.names?.ids.length ?? 0);
    if (way === undefined || !isKnown || !isCell(cell)) run.isSound = false;
    else if (column === undefined) column = put(run.columns, field, way, row, cell);
    else {
      column.rows.push(row);
      column.cells.push(cell);
    }
  }
}

function integersIn(joined: unknown): Int32Array {
  const view = viewOf(joined as Buffer);
  const values = new Int32Array(view.byteLength / 4);
  for (let at = 0; at < values.length; at += 1) values[at] = view.getInt32(at * 4);
  return values;
}

function numbersIn(joined: unknown): Float64Array {
  const view = viewOf(joined as Buffer);
  const values = new Float64Array(view.byteLength / 8);
  for (let at = 0; at < values.length; at += 1) values[at] = view.getFloat64(at * 8);
  return values;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function cellOf(headline: number, low: number, high: number): FigureCell {
  return low === headline && high === headline ? headline : [headline, low, high];
}

function wayFrom([text, passes, resolution, isPreloaded]: Row): Way | undefined {
  const environment = textFrom(text);
  if (environment === undefined || typeof isPreloaded !== 'boolean') return undefined;
  return { environment, passes: Number(passes), resolution: Number(resolution), isPreloaded };
}

/** Undefined for figures that no run has. */
function figuresFrom(
  { facts, names, columns, isSound }: OpenRun,
  fields: readonly string[],
  shared: SharedRows,
): RunFigures | undefined {
  // PERF: hardly any run of a listing of thousands kept profiles.
  const profiles = facts.profiles === '[]' ? none : pairsFrom(parsed(facts.profiles), isText);
  if (!isSound || names === undefined || profiles === undefined) return undefined;
  for (const own of columns.values()) {
    for (const column of own) shared.close(column);
    own.sort((one, other) => (one.rows[0] ?? 0) - (other.rows[0] ?? 0));
  }
  if (columns.size < 2) return { names, profiles, columns };
  const inOrder = fields.flatMap((field) => {
    const own = columns.get(field);
    return own === undefined ? [] : [[field, own] as const];
  });
  return { names, profiles, columns: new Map(inOrder) };
}

const none: RunFigures['profiles'] = [];

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
