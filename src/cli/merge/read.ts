// What the flags of `benchmem merge` mean.
import type { CommandLine } from '../command.js';
import { nonEmpty, strings, usage } from '../option-values.js';

export interface MergeArgs {
  readonly runs: readonly string[];
  readonly output: string;
  readonly storage: string | undefined;
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function read({ parsed }: CommandLine): MergeArgs {
  const [, ...runs] = strings(parsed._);
  if (runs.length === 0 || runs.includes('')) {
    throw usage('merge needs RUNS', 'for example: benchmem merge shard-1.json shard-2.json -o run.json');
  }
  const output = nonEmpty('--output', parsed.output, 'name the file to write');
  if (output === undefined) throw usage('merge needs -o FILE', 'name the run file to write: -o run.json');
  return { runs, output, storage: nonEmpty('--storage', parsed.storage, 'name the folder') };
}
