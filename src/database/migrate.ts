// Brings the tables of a database to what this program reads and writes, and says where they stand.
import { BenchmemError } from '../errors.js';
import type { Ask, Database } from './connect.js';
import { type Migration, migrations as ownMigrations, schemaVersion } from './migrations.js';

// Any number that other programs are not likely to lock.
const lockKey = 7_235_420_866;

/** 0 for a database without tables of this program. Throws DATABASE. */
export async function versionOf(ask: Ask): Promise<number> {
  const [found] = await ask("SELECT to_regclass('benchmem.migration') IS NOT NULL");
  if (found?.[0] !== true) return 0;
  const [row] = await ask('SELECT max(version) FROM benchmem.migration');
  return Number(row?.[0] ?? 0);
}

export interface Migrated {
  /** The version that stood there; 0 for none. */
  readonly before: number;
  readonly now: number;
}

/**
 * Applies what is missing, a transaction each: nothing if another migrator did. Throws DATABASE, also for tables that are
 * newer.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = ownMigrations,
): Promise<Migrated> {
  let before: number | undefined;
  for (const migration of migrations) {
    const found = await database.transaction((ask) =>
      apply(ask, migration, migrations.length, database.name),
    );
    before ??= found;
  }
  return { before: before ?? 0, now: migrations.length };
}

/** Answers the version that stood there before. */
async function apply(ask: Ask, { version, sql }: Migration, last: number, name: string): Promise<number> {
  // WHY: the lock comes first, because of two migrators at once the second must find the work done.
  await ask('SELECT pg_advisory_xact_lock($1)', [lockKey]);
  const now = await versionOf(ask);
  if (now > last) throw newer(name, now);
  if (now >= version) return now;
  if (now === 0) {
    await ask('CREATE SCHEMA IF NOT EXISTS benchmem');
    await ask(migrationTable);
  }
  for (const statement of sql.split(/;\s*\n/).filter((text) => text.trim() !== '')) await ask(statement);
  await ask('INSERT INTO benchmem.migration (version) VALUES ($1)', [version]);
  return now;
}

const migrationTable = `CREATE TABLE IF NOT EXISTS benchmem.migration (
  version int PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/** Throws DATABASE unless the tables are those of this program. */
export async function requireSchema({ ask, name }: Pick<Database, 'ask' | 'name'>): Promise<void> {
  const version = await versionOf(ask);
  if (version === schemaVersion) return;
  if (version > schemaVersion) throw newer(name, version);
  const state =
    version === 0
      ? 'has no tables for runs'
      : `has tables of version ${version}, and this benchmem needs ${schemaVersion}`;
  throw new BenchmemError('DATABASE', `the database ${name} ${state}`, 'benchmem db migrate');
}

function newer(name: string, version: number): BenchmemError {
  return new BenchmemError(
    'DATABASE',
    `the database ${name} has tables of version ${version}, and this benchmem knows ${schemaVersion}`,
    'take a newer benchmem: npm install benchmem@latest',
  );
}
