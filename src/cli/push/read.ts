// What the flags of `benchmem push` mean.
import { mayHoldSecret } from '../../database/name.js';
import { defaultStorage } from '../../runfile/storage.js';
import type { CommandLine } from '../command.js';
import { databaseStorage } from '../database-storage.js';
import { strings, usage } from '../option-values.js';
import type { World } from '../world.js';

export interface PushArgs {
  /** Files and folders. */
  readonly runs: readonly string[];
  readonly storage: string;
}

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<PushArgs> {
  const [, ...runs] = strings(parsed._);
  if (runs.some((run) => run === '' || mayHoldSecret(run)))
    throw usage('push needs run files or folders', 'for example: benchmem push .benchmarks');
  return {
    runs: runs.length === 0 ? [defaultStorage] : runs,
    storage: await databaseStorage(parsed, cwd, 'push'),
  };
}
