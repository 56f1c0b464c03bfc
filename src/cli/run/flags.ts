// The flags of `benchmem run` as yargs shows them: the shared ones, and what only bench files have.
import type { Argv } from 'yargs';
import { groups, suiteFlags } from '../suite/flags.js';

const what = 'What to run:';

const options = {
  k: { group: what, nargs: 1, describe: 'Only benchmarks whose id contains SUBSTRING' },
  list: { group: what, type: 'boolean', describe: 'Print the ids and measure nothing' },
  ...suiteFlags({ what, times: true }),
  // What made the run: `benchmem sweep` says so of the runs that it starts.
  kind: { group: groups.output, nargs: 1, choices: ['run', 'sweep'], hidden: true },
} as const;

/** Adds the command's flags and examples. */
export function buildRun(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 run [FILES...] [options]\n\nRuns bench files (default: **/*.bench.{ts,tsx,js,...}): memory in isolated children, then time.',
    )
    .options(options)
    .example('$0 run', 'every bench file below this folder')
    .example('$0 run sort.bench.ts -k quick', 'one file, benchmarks called like that')
    .example('$0 run --save main', 'keep the run in .benchmarks')
    .example('$0 run --compare --compare-fail peak:5%', 'fail where the peak grew by more than 5 %')
    .example('$0 run --no-time --jobs 4 --json run.json', 'memory only, four at a time, and a run file');
}

/** The names of all flags, for suggestions. */
export const runFlags: readonly string[] = Object.keys(options).filter((name) => name !== 'kind');
