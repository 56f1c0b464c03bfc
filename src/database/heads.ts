// Rows of runs as heads. SAFETY: whoever may write the tables may have written anything, so that every value is checked.
import { factsFrom, headAt, type RunHead } from '../runfile/heads.js';
import { greatestNumber, storedName, storedStem } from '../runfile/storage.js';
import type { UnreadRun } from '../runfile/store.js';
import type { Ask, Database, Row } from './connect.js';
import { textFrom } from './stored-text.js';

/** What the tables say of a run beside its head. */
export interface RowFacts {
  readonly id: number;
  readonly namesId: number;
  /** JSON. */
  readonly profiles: string;
  readonly digest: string;
}

export interface DatabaseListing {
  /** Oldest first. */
  readonly heads: readonly RunHead[];
  readonly unread: readonly UnreadRun[];
  readonly rows: ReadonlyMap<RunHead, RowFacts>;
}

type Environments = ReadonlyMap<number, { readonly machine: string; readonly memory?: string }>;

/** By number. */
export async function environmentsIn(ask: Ask): Promise<Environments> {
  const rows = await ask('SELECT id, machine, memory FROM benchmem.environment');
  return new Map(
    rows.map(([id, machine, memory]) => {
      const own = { machine: textFrom(machine) ?? '' };
      const text = textFrom(memory);
      return [Number(id), text === undefined ? own : { ...own, memory: text }];
    }),
  );
}

export const headColumns = `run.id, run.folder, run.number, run.name, run.own_id, run.tag, run.kind, run.complete, run.is_shard,
  run.datetime, run.commit_id, run.commit_time, run.branch, run.dirty, run.environment_id, run.benchmarks, run.names_id,
  run.profiles, run.digest`;

/** Of the runs of a project. */
export const fromRuns =
  'benchmem.run run JOIN benchmem.project ON project.id = run.project_id AND project.name = $1';

// As heads are compared: by time, number and path.
export const inOrder = `run.measured_ms, run.number, (run.folder || '/') COLLATE "C"`;

/** The heads of all runs of the project. Throws DATABASE. */
export async function listRuns({ ask, name, project }: Database): Promise<DatabaseListing> {
  const environments = await environmentsIn(ask);
  const found = await ask(`SELECT ${headColumns} FROM ${fromRuns} ORDER BY ${inOrder}`, [project]);
  const heads: RunHead[] = [];
  const unread: UnreadRun[] = [];
  const rows = new Map<RunHead, RowFacts>();
  for (const row of found) {
    const read = headFrom(row, environments, name);
    if (read === undefined) unread.push(unsound(row, name));
    else {
      heads.push(read.head);
      rows.set(read.head, read.facts);
    }
  }
  return { heads, unread, rows };
}

function unsound(row: Row, name: string): UnreadRun {
  const path = `${name}, run ${Number(row[0])}`;
  return { path, message: `${path} is no run: its row in the database was changed by another program` };
}

/** Undefined for a row that is no run. */
export function headFrom(
  row: Row,
  environments: Environments,
  name: string,
): { readonly head: RunHead; readonly facts: RowFacts } | undefined {
  const [id, folder, number, called, ownId, tag, kind, complete, isShard, ...more] = row;
  const [datetime, commit, commitTime, branch, dirty, environmentId, benchmarks, namesId, profiles, digest] =
    more;
  if (!isStoredName(folder, true) || !isStoredName(called, false)) return undefined;
  const place = Number(number);
  if (!Number.isSafeInteger(place) || place < 1 || place > greatestNumber) return undefined;
  const stem = storedStem(place, called);
  const texts = { tag, datetime, commit, commitTime, branch };
  const known = Object.entries(texts).flatMap(([key, value]) =>
    value === null ? [] : [[key, textFrom(value)]],
  );
  const facts = factsFrom({
    id: ownId === null ? stem : textFrom(ownId),
    ...Object.fromEntries(known),
    ...{ kind, complete, isShard, dirty, benchmarks },
    environment: environments.get(Number(environmentId)),
  });
  if (facts === undefined || known.some(([, value]) => value === undefined)) return undefined;
  const path = [name, ...(folder === '' ? [] : [folder]), `${stem}.json`].join('/');
  return {
    head: headAt({ path, folder, stem, number: place, name: called }, facts),
    facts: { id: Number(id), namesId: Number(namesId), profiles: String(profiles), digest: String(digest) },
  };
}

// SAFETY: what `pull` makes a file of has no separator in its name.
function isStoredName(value: unknown, isFolder: boolean): value is string {
  if (typeof value !== 'string' || value.length > 1000) return false;
  return isFolder && value === '' ? true : storedName(value) === value && (!isFolder || value !== '');
}
