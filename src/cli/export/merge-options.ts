// What `benchmem merge` accepts, and the typed values that it means.
import type { Argv } from 'yargs';
import { nonEmpty, refuseRepeated, strings, usage } from '../option-values.js';

export interface MergeArgs {
  readonly runs: readonly string[];
  readonly output: string;
  readonly storage: string | undefined;
}

const options = {
  output: { alias: 'o', nargs: 1, describe: 'The run file to write; - for standard output' },
  storage: {
    nargs: 1,
    describe: 'Where 0003, a name, latest or previous is looked up (default: .benchmarks)',
  },
} as const;

/** Adds the command's flags and examples. */
export function buildMerge(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 merge RUNS... -o FILE\n\nPuts the shards of one run together. A benchmark in two shards, or shards of two commits, are errors; a missing shard is a warning.',
    )
    .options(options)
    .example('$0 merge shard-*.json -o run.json', 'what several CI jobs measured of one commit');
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function readMergeArgs(parsed: Record<string, unknown>): MergeArgs {
  refuseRepeated(parsed, mergeFlags, []);
  const [, ...runs] = strings(parsed._);
  if (runs.length === 0 || runs.includes('')) {
    throw usage('merge needs RUNS', 'for example: benchmem merge shard-1.json shard-2.json -o run.json');
  }
  const output = nonEmpty('--output', parsed.output, 'name the file to write');
  if (output === undefined) throw usage('merge needs -o FILE', 'name the run file to write: -o run.json');
  return { runs, output, storage: nonEmpty('--storage', parsed.storage, 'name the folder') };
}

/** The names of all flags, for suggestions. */
export const mergeFlags: readonly string[] = Object.keys(options);
