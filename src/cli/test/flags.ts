// What `benchmem test` accepts, as its help says it; read.ts says what it means.
import { sortKeys } from '../../test-report/view.js';
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag, storageFlag } from '../common-flags.js';

const groups = {
  limits: 'What tests may need:',
  measure: 'How to measure:',
  report: 'What to show:',
  compare: 'Compare:',
  output: 'Output:',
};

const options = {
  limit: {
    repeatable: true,
    group: groups.limits,
    nargs: 1,
    describe:
      'METRIC:SIZE fails each test whose body needs more: peak:64MB, allocations:2000; may be repeated (a limit of the test itself, or of the plug-in, wins)',
  },
  leaks: {
    bare: true,
    group: groups.limits,
    describe:
      "Repeat each test's body and fail it if a call leaks, or with --leaks=SIZE more than SIZE; slow, and bodies must be repeatable (not with --compare)",
  },
  most: { group: groups.report, nargs: 1, describe: 'N tests in the report; 0: all (default: 5)' },
  sort: {
    group: groups.report,
    nargs: 1,
    choices: sortKeys,
    describe: 'By what they are ranked (default: peak)',
  },
  summary: {
    negatable: true,
    group: groups.report,
    type: 'boolean',
    describe: 'The report, or --no-summary: files and the exit code only (default: on)',
  },
  sizes: {
    group: groups.report,
    type: 'boolean',
    describe:
      'How many native allocations were of which size, as bars from small to large; tests are slower for it',
  },
  stacks: {
    group: groups.report,
    nargs: 1,
    describe: 'Name N native stacks of each test that passes a limit; limited tests are slower for it',
  },
  native: {
    group: groups.report,
    type: 'boolean',
    describe: 'Those stacks with the frames of V8, Node and shared objects, and not only your own',
  },
  profile: {
    group: groups.report,
    nargs: 1,
    describe:
      'DIR for the profile of each test that passes a limit, and of the --most that peak highest; benchmem flamegraph shows them',
  },
  deterministic: {
    group: groups.measure,
    type: 'boolean',
    describe:
      "Run the tests under jemalloc and with V8's flags for figures that repeat, for a baseline of --fail-on-increase",
  },
  quiet: { group: groups.report, type: 'boolean', describe: 'Only what failed, without where memory went' },
  verbose: {
    group: groups.report,
    type: 'boolean',
    describe: 'All stacks of what failed, and all reasons why tests were not measured',
  },
  compare: {
    bare: true,
    group: groups.compare,
    describe: 'What changed since the latest saved run of tests, or --compare=REF: a number, a name, a file',
  },
  'fail-on-increase': {
    bare: true,
    repeatable: true,
    group: groups.compare,
    describe:
      'Fail if a test grew, by more than peak:5%+64KiB (and allocations:0 with --deterministic) unless =FIELD:LIMIT says so; may be repeated',
  },
  'require-baseline': {
    negatable: true,
    group: groups.compare,
    type: 'boolean',
    describe: 'No saved run to compare with is an error (default: in CI, with --fail-on-increase)',
  },
  save: {
    group: groups.compare,
    nargs: 1,
    describe: 'Save the run as NAME in the storage, unless a test failed or grew',
  },
  storage: { group: groups.compare, ...storageFlag },
  json: {
    group: groups.output,
    nargs: 1,
    describe: 'Write the run file FILE, which compare, plot and export read',
  },
  format: {
    group: groups.output,
    nargs: 1,
    choices: ['table', 'md', 'json'],
    describe: 'The report for people, for a pull request, for programs (default: table)',
  },
  color: { group: groups.output, ...colorFlag },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 test [options] -- COMMAND...\n\nRuns a test runner as it is and reports what memory each test needed: vitest and jest with the plug-in in their config, mocha and node --test without.',
  options,
  examples: [
    ['$0 test -- vitest run', 'the tests that peaked highest'],
    ['$0 test --limit peak:64MB -- mocha', 'a limit for all tests'],
    ['$0 test --leaks -- npx jest', 'no call of a test may leak'],
    ['$0 test --save main -- vitest run', 'the run to compare with'],
    ['$0 test --fail-on-increase -- vitest run', 'exit 1 if a test grew'],
  ],
  takesWordsBehind: true,
};
