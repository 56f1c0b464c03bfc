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
  environmentsIn,
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
  /** The same for the same run, wherever it stands. */
  digestOf(head: RunHead): string;
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
    this.#listing ??= listRuns(this.#database);
    const found = await this.#listing;
    for (const [head, row] of found.rows) this.#facts.set(head, row);
    return found;
  }

  forget(): void {
    this.#listing = undefined;
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
      const fields = fieldsOf(chosen.metrics);
      return seriesOf(
        database,
        found,
        { heads: fitting(found.heads, chosen), fields, ids: chosen.ids },
        names,
      );
    },
    save: async (run) => {
      await runs.ready();
      runs.forget();
      return saveRun(database, run);
    },
    digestOf: (head) => runs.of(head).digest,
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

const newestWhole = `SELECT ${headColumns} FROM ${fromRuns}
  WHERE run.folder = $2 AND run.kind = $3 AND run.complete AND NOT run.is_shard`;
const newestFirst = 'ORDER BY run.measured_ms DESC, run.number DESC LIMIT 1';

async function findBaseline(
  { ask, name, project }: Database,
  { kind, environment, folder }: BaselineQuery,
  runs: KnownRuns,
): Promise<FoundBaseline | undefined> {
  const environments = await environmentsIn(ask);
  const alike = [...environments].flatMap(([id, other]) =>
    isSameEnvironment(other, environment) ? [id] : [],
  );
  const values = [project, folder, kind];
  const same = await ask(`${newestWhole} AND run.environment_id = ANY ($4::int[]) ${newestFirst}`, [
    ...values,
    alike,
  ]);
  const [row] = same.length > 0 ? same : await ask(`${newestWhole} ${newestFirst}`, values);
  const found = row && headFrom(row, environments, name);
  if (found === undefined) return undefined;
  return { head: runs.remember(found), isSameEnvironment: same.length > 0 };
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
