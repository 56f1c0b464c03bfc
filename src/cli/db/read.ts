// What the flags of `benchmem db` mean.
import type { CommandLine } from '../command.js';
import { databaseStorage } from '../database-storage.js';
import { strings, usage } from '../option-values.js';
import type { World } from '../world.js';

export interface DbArgs {
  readonly action: 'migrate' | 'status';
  readonly storage: string;
}

/** Throws USAGE. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<DbArgs> {
  const [, action, another] = strings(parsed._);
  if ((action !== 'migrate' && action !== 'status') || another !== undefined)
    throw usage('db needs migrate or status', 'for example: benchmem db migrate');
  return { action, storage: await databaseStorage(parsed, cwd, 'db') };
}
