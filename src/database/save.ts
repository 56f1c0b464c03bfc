// Saves a run: one transaction, at whose end it gets its number.
// INVARIANT: a number is taken in the transaction that uses it, so that there is neither a gap nor a double; the lock on the
// counter is taken last, so that savers wait for each other as briefly as can be.
import { BenchmemError } from '../errors.js';
import { type FigureCell, figuresOf, type RunFigures } from '../runfile/figures.js';
import { type HeadFacts, headFacts } from '../runfile/heads.js';
import type { RunFile } from '../runfile/schema.js';
import { millisecondsOf } from '../runfile/times.js';
import type { Ask, Database } from './connect.js';
import { documentOf, encoding, type RunDocument } from './documents.js';
import { storedOrNull, storedText } from './stored-text.js';
import { type RunWords, wordsOf } from './vocabulary.js';

/** A run, and where it belongs. */
export interface RunToSave {
  /** The machine folder. */
  readonly folder: string;
  readonly name: string;
  readonly file: RunFile;
  /** As messages name it. */
  readonly path: string;
}

export interface SavedRun {
  readonly folder: string;
  readonly number: number;
  readonly name: string;
  /** False if it was there already, under this number and name. */
  readonly isNew: boolean;
}

/** Saves a run, or answers where the same run was saved before. Throws DATABASE, BAD_RUN_FILE. */
export async function saveRun(database: Database, run: RunToSave): Promise<SavedRun> {
  const document = await documentOf(run.file, run.path);
  const project = await projectOf(database);
  const before = await findSaved(database.ask, project, document.digest);
  if (before !== undefined) return before;
  const facts = headFacts(run.file, '');
  const figures = figuresOf(run.file);
  const words = await wordsOf(database.ask, facts.environment, figures);
  const row = { project, run, document, facts, figures, words };
  try {
    return await database.transaction((ask) => insert(ask, row));
  } catch (error) {
    // WHY: another saver may have sent the same run at the same time.
    if (!isDouble(error)) throw error;
    const other = await findSaved(database.ask, project, document.digest);
    if (other === undefined) throw error;
    return other;
  }
}

function isDouble(error: unknown): boolean {
  return error instanceof BenchmemError && (error as { reason?: unknown }).reason === '23505';
}

/** The number of the project, which it gets with its first run. */
async function projectOf({ ask, project }: Database): Promise<number> {
  const find = async () => (await ask('SELECT id FROM benchmem.project WHERE name = $1', [project]))[0]?.[0];
  const known = await find();
  if (known !== undefined) return Number(known);
  await ask('INSERT INTO benchmem.project (name) VALUES ($1) ON CONFLICT (name) DO NOTHING', [project]);
  return Number(await find());
}

async function findSaved(ask: Ask, project: number, digest: string): Promise<SavedRun | undefined> {
  const [row] = await ask(
    'SELECT folder, number, name FROM benchmem.run WHERE project_id = $1 AND digest = $2',
    [project, digest],
  );
  if (row === undefined) return undefined;
  return { folder: String(row[0]), number: Number(row[1]), name: String(row[2]), isNew: false };
}

interface NewRow {
  readonly project: number;
  readonly run: RunToSave;
  readonly document: RunDocument;
  readonly facts: HeadFacts;
  readonly figures: RunFigures;
  readonly words: RunWords;
}

async function insert(ask: Ask, row: NewRow): Promise<SavedRun> {
  const { project, run, document, figures, words } = row;
  const [next] = await ask("SELECT nextval('benchmem.run_id')");
  const id = Number(next?.[0]);
  await ask('INSERT INTO benchmem.document (run_id, encoding, body) VALUES ($1, $2, $3)', [
    id,
    encoding,
    document.body,
  ]);
  await insertSamples(ask, id, figures, words);
  const [counted] = await ask(
    `INSERT INTO benchmem.counter (project_id, folder, last) VALUES ($1, $2, 1)
     ON CONFLICT (project_id, folder) DO UPDATE SET last = counter.last + 1 RETURNING last`,
    [project, run.folder],
  );
  const number = Number(counted?.[0]);
  await ask(runInsert, valuesOf(id, number, row));
  return { folder: run.folder, number, name: run.name, isNew: true };
}

const runInsert = `INSERT INTO benchmem.run (id, project_id, folder, number, name, own_id, tag, kind, complete, is_shard,
  datetime, commit_id, commit_time, branch, dirty, environment_id, benchmarks, measured_ms, names_id, profiles, digest)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`;

function valuesOf(id: number, number: number, row: NewRow): readonly unknown[] {
  const { project, run, document, facts, figures, words } = row;
  return [
    id,
    project,
    storedText(run.folder),
    number,
    storedText(run.name),
    facts.id === '' ? null : storedText(facts.id),
    storedOrNull(facts.tag),
    facts.kind,
    facts.complete,
    facts.isShard,
    storedOrNull(facts.datetime),
    storedOrNull(facts.commit),
    storedOrNull(facts.commitTime),
    storedOrNull(facts.branch),
    facts.dirty,
    words.environment,
    facts.benchmarks,
    millisecondsOf(facts.datetime),
    words.names,
    JSON.stringify(figures.profiles),
    document.digest,
  ];
}

async function insertSamples(
  ask: Ask,
  run: number,
  { names, columns }: RunFigures,
  words: RunWords,
): Promise<void> {
  const rows: (readonly number[])[] = [];
  for (const [field, list] of columns) {
    const metric = words.metric(field);
    for (const column of list) {
      const way = words.way(column);
      for (const [at, place] of column.rows.entries()) {
        const benchmark = words.benchmark(names.ids[place] as string);
        rows.push([benchmark, metric, place, way, ...cellValues(column.cells[at] as FigureCell)]);
      }
    }
  }
  const columnsOfRows = [0, 1, 2, 3, 4, 5, 6].map((column) => rows.map((row) => row[column]));
  await ask(
    `INSERT INTO benchmem.sample (run_id, benchmark_id, metric_id, place, way_id, headline, low, high)
     SELECT $1, * FROM unnest($2::int[], $3::int[], $4::int[], $5::int[], $6::float8[], $7::float8[], $8::float8[])`,
    [run, ...columnsOfRows],
  );
}

function cellValues(cell: FigureCell): readonly [headline: number, low: number, high: number] {
  return typeof cell === 'number' ? [cell, cell, cell] : cell;
}
