// The flags of `benchmem run` as yargs shows them: the shared ones, and what only bench files have.
import type { CommandFlags, FlagTable } from '../command.js';
import { groups, suiteFlags } from '../suite/flags.js';

const what = 'What to run:';

const options = {
  k: { group: what, nargs: 1, describe: 'Only benchmarks whose id contains SUBSTRING' },
  list: { group: what, type: 'boolean', describe: 'Print the ids and measure nothing' },
  ...suiteFlags({ what, times: true }),
  // What made the run: `benchmem sweep` says so of the runs that it starts.
  kind: {
    group: groups.output,
    nargs: 1,
    choices: ['run', 'sweep'],
    describe: 'What made the run',
    hidden: true,
  },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 run [FILES...] [options]\n\nRuns bench files (default: **/*.bench.{ts,tsx,js,...}): memory in isolated children, then time.',
  options,
  examples: [
    ['$0 run', 'every bench file below this folder'],
    ['$0 run sort.bench.ts -k quick', 'one file, benchmarks called like that'],
    ['$0 run --save main', 'keep the run in .benchmarks'],
    ['$0 run --compare --compare-fail peak:5%', 'fail if the peak grew by more than 5 %'],
    ['$0 run --no-time --jobs 4 --json run.json', 'memory only, four at a time, and a run file'],
  ],
};
