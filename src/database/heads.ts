// Rows of runs as heads. SAFETY: whoever may write the tables may have written anything, so that every value is checked.
import type { RunEnvironment } from '../runfile/environment-key.js';
import { factsFrom, type RunHead } from '../runfile/heads.js';
import { greatestNumber, storedName, storedStem } from '../runfile/storage.js';
import type { UnreadRun } from '../runfile/store.js';
import { defined } from '../shapes.js';
import type { Ask, Database, Row } from './connect.js';
import { textFrom } from './stored-text.js';

/** What the tables say of a run beside its head. */
export interface RowFacts {
  readonly id: number;
  readonly namesId: number;
  /** JSON. */
  readonly profiles: string;
}

export interface DatabaseListing {
  /** Oldest first. */
  readonly heads: readonly RunHead[];
  readonly unread: readonly UnreadRun[];
  /** One per head. */
  readonly facts: readonly RowFacts[];
}

// What `storedText` never makes.
const absent = 'json:null';

// Characters that hardly any text has: between the runs of a column, and between the parts of what runs share.
const [betweenRuns, betweenParts] = ['\u001e', '\u001f'];

const shared = [
  'run.folder',
  'run.name',
  'run.kind',
  'run.complete::int',
  'run.is_shard::int',
  'run.dirty::int',
  'run.environment_id',
  'run.benchmarks',
  'run.names_id',
  'run.profiles',
];

/** Of a run, each a text that is never null. PERF: the first is the same for many runs, and looked at once. */
export const headColumns: readonly string[] = [
  `concat_ws(chr(${betweenParts.charCodeAt(0)}), ${shared.join(', ')})`,
  'run.id::text',
  'run.number::text',
  ...['own_id', 'tag', 'datetime', 'commit_id', 'commit_time', 'branch'].map(
    (column) => `coalesce(run.${column}, '${absent}')`,
  ),
];

/** PERF: a join with the project would keep the server from going down an index. */
export const fromRuns =
  'benchmem.run run WHERE run.project_id = (SELECT id FROM benchmem.project WHERE name = $1)';

// As heads are compared: by time, number and path.
const inOrder = `run.measured_ms, run.number, (run.folder || '/') COLLATE "C"`;

/** What many runs have alike. */
interface SharedFacts extends Pick<RowFacts, 'namesId' | 'profiles'> {
  readonly name: string;
  /** Up to the stem. */
  readonly path: string;
  readonly head: Pick<
    SaidHead,
    'folder' | 'kind' | 'complete' | 'isShard' | 'dirty' | 'environment' | 'benchmarks'
  >;
}

/** How rows become heads. */
export interface HeadReading {
  /** Of the database, as messages name it. */
  readonly name: string;
  /** By number. */
  readonly environments: ReadonlyMap<number, RunEnvironment>;
  /** What was read before, by its text; undefined for what no run has. */
  readonly shared: Map<string, SharedFacts | undefined>;
}

/** The heads of all runs of the project. Throws DATABASE. */
export async function listRuns({ ask, name, project }: Database): Promise<DatabaseListing> {
  const rows = await ask('SELECT id, machine, memory FROM benchmem.environment');
  const environments = new Map(
    rows.map(([id, machine, memory]) => [Number(id), environmentFrom(machine, memory)]),
  );
  const reading: HeadReading = { name, environments, shared: new Map() };
  const found = { heads: [] as RunHead[], unread: [] as UnreadRun[], facts: [] as RowFacts[] };
  for (const row of await headRows(ask, project)) {
    const read = headFrom(row, reading);
    if (read === undefined) found.unread.push(unsound(row, name));
    else {
      found.heads.push(read.head);
      found.facts.push(read.facts);
    }
  }
  return found;
}

/**
 * PERF: the server joins every column into one text, because the driver takes ten times as long for a row per run.
 * INVARIANT: a text that has the character between two runs makes more parts than there are runs; then each run is a row.
 */
async function headRows(ask: Ask, project: string): Promise<Iterable<Row>> {
  const named = headColumns.map((column, at) => `${column} AS c${at}`).join(', ');
  const runs = `SELECT ${named} FROM ${fromRuns} ORDER BY ${inOrder}`;
  const joined = headColumns.map((_, at) => `string_agg(c${at}, $2)`).join(', ');
  const [row = []] = await ask(`SELECT count(*)::int, ${joined} FROM (${runs}) run`, [project, betweenRuns]);
  const [count, ...texts] = row;
  if (count === 0) return [];
  const columns = texts.map((text) => String(text).split(betweenRuns));
  return columns.every(({ length }) => length === count) ? rowsOver(columns) : ask(runs, [project]);
}

function* rowsOver(columns: readonly (readonly string[])[]): Generator<Row> {
  const count = columns[0]?.length ?? 0;
  for (let at = 0; at < count; at += 1) yield columns.map((column) => column[at]);
}

function unsound([, id]: Row, name: string): UnreadRun {
  const path = `${name}, run ${Number(id)}`;
  return { path, message: `${path} is no run: its row in the database was changed by another program` };
}

/** A row of the table of environments. */
export function environmentFrom(machine: unknown, memory: unknown): RunEnvironment {
  return defined({ machine: textFrom(machine) ?? '', memory: textFrom(memory) });
}

/** A head of which nothing is checked. */
type SaidHead = { -readonly [Key in keyof RunHead]: unknown };

/** Undefined for a row of `headColumns` that is no run. */
export function headFrom(
  [text, id, number, ownId, tag, datetime, commit, commitTime, branch]: Row,
  reading: HeadReading,
): { readonly head: RunHead; readonly facts: RowFacts } | undefined {
  const alike = sharedBy(String(text), reading);
  const place = Number(number);
  if (alike === undefined || !Number.isSafeInteger(place) || place < 1 || place > greatestNumber)
    return undefined;
  const { name, path, namesId, profiles } = alike;
  const { folder, kind, complete, isShard, dirty, environment, benchmarks } = alike.head;
  const stem = storedStem(place, name);
  // PERF: one object, and no copy of it: ten thousand that were spread took ten times as long.
  const said: SaidHead = {
    id: ownId === absent ? stem : saidText(ownId),
    tag: tag === absent ? name : saidText(tag),
    kind,
    complete,
    isShard,
    dirty,
    environment,
    benchmarks,
    path: `${path}${stem}.json`,
    folder,
    stem,
    number: place,
  };
  if (datetime !== absent) said.datetime = saidText(datetime);
  if (commit !== absent) said.commit = saidText(commit);
  if (commitTime !== absent) said.commitTime = saidText(commitTime);
  if (branch !== absent) said.branch = saidText(branch);
  if (factsFrom(said) === undefined) return undefined;
  return { head: said as unknown as RunHead, facts: { id: Number(id), namesId, profiles } };
}

// WHY: it is null, because a text that cannot be read is no absent one.
function saidText(stored: unknown): string | null {
  return textFrom(stored) ?? null;
}

function sharedBy(text: string, reading: HeadReading): SharedFacts | undefined {
  const { shared: known } = reading;
  if (!known.has(text)) known.set(text, sharedFrom(text.split(betweenParts), reading));
  return known.get(text);
}

function sharedFrom(parts: readonly string[], { name: database, environments }: HeadReading) {
  const [folder = '', name = '', kind, complete, isShard, dirty, environment, ...more] = parts;
  const [benchmarks, namesId, profiles = ''] = more;
  if (parts.length !== shared.length || !isPathPart(name) || !(folder === '' || isPathPart(folder)))
    return undefined;
  return {
    name,
    path: `${database}/${folder === '' ? '' : `${folder}/`}`,
    namesId: Number(namesId),
    profiles,
    head: {
      ...{ folder, kind, complete: complete === '1', isShard: isShard === '1', dirty: dirty === '1' },
      ...{ environment: environments.get(Number(environment)), benchmarks: Number(benchmarks) },
    },
  };
}

// SAFETY: what `pull` makes a file of has no separator in its name.
function isPathPart(text: string): boolean {
  return text !== '' && text.length <= 1000 && storedName(text) === text;
}
