// The saved runs of a database. Heads, figures and documents come from tables; a listing is read once until something changes.
import { isSameEnvironment } from '../runfile/environment-key.js';
import type { FigureNames } from '../runfile/figures.js';
import type { RunHead } from '../runfile/heads.js';
import {
  type BaselineQuery,
  type FoundBaseline,
  fieldsOf,
  fitting,
  type RunStore,
} from '../runfile/store.js';
import { type Database, type DatabaseUse, openDatabase } from './connect.js';
import { readDocument } from './documents.js';
import {
  type DatabaseListing,
  environmentFrom,
  fromRuns,
  headColumns,
  headFrom,
  listRuns,
  type RowFacts,
} from './heads.js';
import { requireSchema } from './migrate.js';
import { pruningOf } from './prune.js';
import { type RunToSave, type SavedRun, saveRun } from './save.js';
import { seriesOf } from './series.js';
import type { DatabaseSettings } from './settings.js';
import { watchRuns } from './watch.js';

/** A store that whole runs are copied into and out of. */
export interface DatabaseStore extends RunStore {
  readonly name: string;
  /** Saves a run, or answers where the same run was saved before. Throws DATABASE, BAD_RUN_FILE. */
  save(run: RunToSave): Promise<SavedRun>;
  /** The same for the same run, wherever it stands. Throws DATABASE. */
  digestOf(head: RunHead): Promise<string | undefined>;
}

/** Nothing is asked before something is wanted. Throws NOT_AVAILABLE without the driver. */
export async function openDatabaseStore(
  settings: DatabaseSettings,
  use: DatabaseUse = {},
): Promise<DatabaseStore> {
  return storeOver(await openDatabase(settings, use));
}

/** What was read of a database, until something changes. */
class KnownRuns {
  readonly #database: Database;
  readonly #facts = new WeakMap<RunHead, RowFacts>();
  #checked: Promise<void> | undefined;
  #listing: Promise<DatabaseListing> | undefined;
  #digests: Promise<ReadonlyMap<number, string>> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Throws DATABASE unless the tables are those of this program. */
  ready(): Promise<void> {
    this.#checked ??= requireSchema(this.#database);
    return this.#checked;
  }

  async list(): Promise<DatabaseListing> {
    await this.ready();
    this.#listing ??= this.#read();
    return this.#listing;
  }

  async #read(): Promise<DatabaseListing> {
    const found = await listRuns(this.#database);
    for (const [at, facts] of found.facts.entries()) this.#facts.set(found.heads[at] as RunHead, facts);
    return found;
  }

  async digestOf(head: RunHead): Promise<string | undefined> {
    this.#digests ??= digestsIn(this.#database);
    return (await this.#digests).get(this.of(head).id);
  }

  forget(): void {
    this.#listing = undefined;
    this.#digests = undefined;
  }

  remember({ head, facts }: { readonly head: RunHead; readonly facts: RowFacts }): RunHead {
    this.#facts.set(head, facts);
    return head;
  }

  of(head: RunHead): RowFacts {
    const row = this.#facts.get(head);
    if (row === undefined) throw new TypeError(`${head.path} is of another store`);
    return row;
  }
}

/** By the number of the run. PERF: only who copies runs asks for them. */
async function digestsIn({ ask, project }: Database): Promise<ReadonlyMap<number, string>> {
  const rows = await ask(`SELECT run.id, run.digest FROM ${fromRuns}`, [project]);
  return new Map(rows.map(([id, digest]) => [Number(id), String(digest)]));
}

/** The store over a connection. */
export function storeOver(database: Database): DatabaseStore {
  const runs = new KnownRuns(database);
  const names = new Map<number, FigureNames | undefined>();
  return {
    name: database.name,
    list: () => runs.list(),
    read: async (head) => ({
      path: head.path,
      label: head.stem,
      file: await readDocument(database.ask, runs.of(head).id, head.path),
    }),
    baseline: async (query) => {
      await runs.ready();
      return findBaseline(database, query, runs);
    },
    series: async (filter) => {
      const found = await runs.list();
      const chosen = typeof filter === 'function' ? filter(found.heads) : filter;
      const heads = fitting(found.heads, chosen);
      const query = { heads, fields: fieldsOf(chosen.metrics), ids: chosen.ids };
      const { runs: read, unread } = await seriesOf(
        database,
        { ...query, factsOf: (head) => runs.of(head) },
        names,
      );
      return { runs: read, unread: [...found.unread, ...unread] };
    },
    save: async (run) => {
      await runs.ready();
      runs.forget();
      return saveRun(database, run);
    },
    digestOf: (head) => runs.digestOf(head),
    ...pruningOf(
      database,
      (head) => runs.of(head).id,
      () => runs.forget(),
    ),
    cautions: () => cautionsOf(database),
    watch: (listener) =>
      watchRuns(database, () => {
        runs.forget();
        listener();
      }),
    close: () => database.close(),
  };
}

// PERF: one question, which the index of whole runs answers with a look per environment.
const newestWhole = `SELECT environment.id, environment.machine, environment.memory, found.*
  FROM benchmem.environment CROSS JOIN LATERAL (
    SELECT run.measured_ms AS ms, run.number AS at, ${headColumns.join(', ')} FROM ${fromRuns}
      AND run.folder = $2 AND run.kind = $3 AND run.environment_id = environment.id AND run.complete AND NOT run.is_shard
    ORDER BY run.measured_ms DESC, run.number DESC LIMIT 1
  ) found ORDER BY found.ms DESC, found.at DESC`;

async function findBaseline(
  { ask, name, project }: Database,
  { kind, environment, folder }: BaselineQuery,
  runs: KnownRuns,
): Promise<FoundBaseline | undefined> {
  const found = (await ask(newestWhole, [project, folder, kind])).map(
    ([id, machine, memory, , , ...columns]) => ({
      id: Number(id),
      environment: environmentFrom(machine, memory),
      columns,
    }),
  );
  const same = found.find((each) => isSameEnvironment(each.environment, environment));
  const newest = same ?? found[0];
  if (newest === undefined) return undefined;
  const environments = new Map([[newest.id, newest.environment]]);
  const read = headFrom(newest.columns, { name, environments, shared: new Map() });
  return read && { head: runs.remember(read), isSameEnvironment: same !== undefined };
}

async function cautionsOf({ ask, name }: Database): Promise<readonly string[]> {
  const [row] = await ask(
    "SELECT current_user, has_table_privilege('benchmem.run', 'INSERT, UPDATE, DELETE, TRUNCATE')",
  );
  if (row?.[1] !== true) return [];
  return [
    `the role ${String(row[0])} may write to ${name}: a role that may only read is enough to show runs`,
  ];
}
