// The flags of `benchmem measure` as yargs shows them: which exports and how to call them, and the shared ones.
import type { CommandFlags, FlagTable } from '../command.js';
import { callFlags, groups, settingsOfRuns, suiteFlags } from '../suite/flags.js';

const what = 'What to measure:';

// WHY: flags that take a value have no `type`, because yargs then passes the text on as it was typed, for an error to repeat it.
const which = {
  export: { repeatable: true, group: what, nargs: 1, describe: 'Exported function NAME; may be repeated' },
  all: { group: what, type: 'boolean', describe: 'Every exported function, a row each' },
  args: { group: what, nargs: 1, describe: 'Its arguments, as a JSON list' },
  setup: {
    negatable: true,
    group: what,
    nargs: 1,
    describe:
      'Export NAME that runs before each pass, unmeasured; what it returns is the first argument (default: an export called setup; --no-setup: none)',
  },
} as const;

const how = {
  loads: {
    group: groups.memory,
    type: 'boolean',
    describe: 'What loading a file or package takes (FILE may be a package); implies --cold',
  },
  ...callFlags,
  format: {
    group: groups.output,
    nargs: 1,
    choices: ['table', 'md'],
    describe: 'For people, or markdown (default: table)',
  },
  details: {
    group: groups.output,
    type: 'boolean',
    describe: 'All figures of each, also when there are several',
  },
} as const;

const options = { ...which, ...suiteFlags({ what, times: false }), ...how } satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 measure FILE... [options]\n\nMeasures an exported function of a module (JavaScript or TypeScript).',
  options,
  examples: [
    ['$0 measure job.js', 'the default export, or the only exported function'],
    ["$0 measure job.js --export build --args '[1000]'", 'build(1000)'],
    ['$0 measure suite.ts --all --json run.json', 'every function, a row each, and a run file'],
    ['$0 measure job.js --cold', 'what the first call takes, and what it keeps'],
    ['$0 measure --loads zod', 'what loading a package takes, and what it keeps'],
    ['$0 measure job.js --save base', 'keep the run in .benchmarks'],
    ['$0 measure job.js --compare --compare-fail peak:5%', 'fail if the peak grew by more than 5 %'],
  ],
  epilogue: `A config file holds here too, except for its settings ${listed([...settingsOfRuns])}: those are about runs of bench files.`,
};

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
