// What `benchmem exec` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag } from '../common-flags.js';

const groups = { how: 'What to observe:', output: 'Output:' };

const options = {
  interval: {
    negatable: true,
    group: groups.how,
    nargs: 1,
    describe:
      'A snapshot every 500ms, 5s, 2m, and a full collection before it, for at most 5 % of the time (default: every 1s, without collections; --no-interval: none)',
  },
  collect: {
    negatable: true,
    group: groups.how,
    type: 'boolean',
    describe: 'Full collections at snapshots (default: with --interval; --no-collect: none)',
  },
  signal: {
    negatable: true,
    group: groups.how,
    nargs: 1,
    describe:
      'A snapshot whenever the program gets this signal, unless it handles it itself (default: SIGUSR2; --no-signal: none)',
  },
  allocator: {
    group: groups.how,
    nargs: 1,
    choices: ['system', 'jemalloc'],
    describe: "What serves malloc (default: system, the program's own)",
  },
  follow: {
    group: groups.how,
    type: 'boolean',
    describe: 'Observe the Node programs that it starts too, with a report each',
  },
  json: {
    group: groups.output,
    nargs: 1,
    describe:
      'Write FILE with the snapshots, renewed at each: the first 999 of a process, then the newest in place of the last; - for standard output, at the end',
  },
  output: {
    group: groups.output,
    nargs: 1,
    describe: 'Write the summary to FILE, - for standard output (default: standard error)',
  },
  color: { group: groups.output, ...colorFlag },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    "$0 exec [options] -- COMMAND...\n\nRuns a Node program as it is and says what its memory was: native, JavaScript, fragmentation, or nobody's.",
  options,
  examples: [
    ['$0 exec -- node server.js', 'a summary when it ends'],
    ['$0 exec --interval 5s --json memory.json -- node server.js', 'and how it grew, every 5 seconds'],
    ['$0 exec --follow -- npx tsc', 'npx starts the compiler: a report each'],
    ['kill -USR2 PID', 'takes a snapshot of a program that runs'],
  ],
  takesWordsBehind: true,
};
