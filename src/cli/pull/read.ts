// What the flags of `benchmem pull` mean.
import { mayHoldSecret, namesDatabase } from '../../database/name.js';
import { whole } from '../../engine/shared-options.js';
import { defaultStorage } from '../../runfile/storage.js';
import type { CommandLine } from '../command.js';
import { databaseStorage } from '../database-storage.js';
import { nonEmpty, strings, usage, wholeNumber } from '../option-values.js';
import type { World } from '../world.js';

export interface PullArgs {
  /** References; all runs where there is none. */
  readonly runs: readonly string[];
  readonly storage: string;
  readonly folder: string;
  readonly last: number | undefined;
}

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<PullArgs> {
  const [, ...runs] = strings(parsed._);
  const folder = nonEmpty('--to', parsed.to, 'name a folder') ?? defaultStorage;
  if (runs.some((run) => run === '' || mayHoldSecret(run)) || namesDatabase(folder))
    throw usage('pull copies runs into a folder', 'for example: benchmem pull latest --to .benchmarks');
  const last = wholeNumber('--last', parsed.last, whole(1));
  if (last !== undefined && runs.length > 0)
    throw usage('--last is about all runs, and some are named', 'leave out one of them');
  return { runs, storage: await databaseStorage(parsed, cwd, 'pull'), folder, last };
}
