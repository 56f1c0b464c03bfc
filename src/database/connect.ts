// Connections to a database: the driver, which is loaded when one is asked for, time limits, and transactions.
import { BenchmemError } from '../errors.js';
import { databaseFailure } from './failure.js';
import { passwordFrom } from './password-file.js';
import type { DatabaseSettings } from './settings.js';

export type Row = readonly unknown[];

/** Asks for rows, each an array of its columns. Throws DATABASE. */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Database {
  readonly name: string;
  readonly project: string;
  /** Outside a transaction. */
  readonly ask: Ask;
  /** What `work` does stands as a whole, or not at all. */
  transaction<Answer>(work: (ask: Ask) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

/** How a database is used. */
export interface DatabaseUse {
  /** True if nothing may be written, whatever the role may do. */
  readonly isReadOnly?: boolean;
  /** How many at a time; 1 by default. */
  readonly connections?: number;
}

const limits = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  connectionTimeoutMillis: 5000,
  // WHY: the driver has a limit beside that of the statement, because a server that is gone says nothing.
  query_timeout: 35_000,
};

/** No connection is made before something is asked. Throws NOT_AVAILABLE without the driver. */
export async function openDatabase(
  settings: DatabaseSettings,
  { isReadOnly = false, connections = 1 }: DatabaseUse = {},
): Promise<Database> {
  const { name, project, host, port, user, database, tls } = settings;
  const { Pool } = await loadDriver();
  const pool = new Pool({
    ...limits,
    ...{ host, port, user, database, max: connections, keepAlive: true, application_name: 'benchmem' },
    password: async () => settings.password ?? (await passwordFrom(settings)) ?? '',
    ssl: tls,
    ...(isReadOnly && { options: '-c default_transaction_read_only=on' }),
  });
  // WHY: nothing is done, because a connection that breaks while nobody uses it is replaced when somebody does.
  pool.on('error', () => {});
  const told = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work();
    } catch (error) {
      throw databaseFailure(error, name);
    }
  };
  const askOf =
    (client: Pick<typeof pool, 'query'>): Ask =>
    (text, values = []) =>
      told(async () => (await client.query({ text, values: [...values], rowMode: 'array' })).rows as Row[]);
  const transaction: Database['transaction'] = async (work) => {
    const client = await told(() => pool.connect());
    // WHY: a connection that breaks between two statements says so here, and in the next statement.
    client.on('error', () => {});
    const ask = askOf(client as never);
    let isBroken = false;
    try {
      await ask('BEGIN');
      const answer = await work(ask);
      await ask('COMMIT');
      return answer;
    } catch (error) {
      await ask('ROLLBACK').catch(() => {
        isBroken = true;
      });
      throw error;
    } finally {
      client.release(isBroken);
    }
  };
  return { name, project, ask: askOf(pool), transaction, close: () => pool.end() };
}

async function loadDriver(): Promise<Pick<typeof import('pg'), 'Pool'>> {
  try {
    return (await import('pg')).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BenchmemError(
      'NOT_AVAILABLE',
      'runs in a database need the package pg, which is not installed',
      'npm install pg',
    );
  }
}
