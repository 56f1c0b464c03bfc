// `benchmem db`: the tables of a database, made or looked at.
import { type Migrated, migrate, requireSchema, versionOf } from '../../database/migrate.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { printable } from '../../text/escapes.js';
import type { World } from '../world.js';
import type { DbArgs } from './read.js';

export async function run({ action, storage }: DbArgs, world: World): Promise<ExitCode> {
  const { stdout } = world;
  const database = await world.connectDatabase(storage);
  try {
    const name = printable(database.name);
    if (action === 'migrate') {
      stdout.write(`${name}: ${migratedText(await migrate(database))}\n`);
      return exitCode.ok;
    }
    await requireSchema(database);
    stdout.write(`${name}: version ${await versionOf(database.ask)}, which is what this benchmem needs\n`);
    return exitCode.ok;
  } finally {
    await database.close();
  }
}

function migratedText({ before, now }: Migrated): string {
  if (before === now) return `version ${now} already, nothing to do`;
  return before === 0 ? `tables of version ${now} were made` : `from version ${before} to ${now}`;
}
