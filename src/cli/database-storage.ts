// The database that a command works on which is of no use for a folder.
import { namesDatabase } from '../database/name.js';
import type { Parsed } from './command.js';
import { nonEmpty, usage } from './option-values.js';
import { readOver } from './over-config.js';

/** As the flag, the environment or the config says. Throws USAGE, BAD_CONFIG. */
export async function databaseStorage(parsed: Parsed, cwd: string, command: string): Promise<string> {
  const storage = await readOver(parsed, cwd, ['storage'], (over) =>
    nonEmpty('--storage', over.storage, 'name a database: --storage postgres:'),
  );
  if (namesDatabase(storage)) return storage;
  throw usage(
    storage === undefined
      ? `${command} needs a database`
      : `${command} needs a database, and ${storage} is a folder`,
    'set BENCHMEM_DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE, or PGHOST and its like with --storage postgres:',
  );
}
