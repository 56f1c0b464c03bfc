// What `benchmem sweep` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag } from '../common-flags.js';

const groups = { what: 'What to measure:', where: 'In which worlds:', output: 'Output:' };

const options = {
  suite: {
    group: groups.what,
    nargs: 1,
    describe: 'The bench file, or a folder of them; it imports PACKAGE',
  },
  'copy-dir': {
    group: groups.what,
    nargs: 1,
    describe: 'Copy this folder in, for a suite with files beside it',
  },
  memory: {
    negatable: true,
    group: groups.what,
    type: 'boolean',
    describe: 'Memory passes, or --no-memory (default: on)',
  },
  time: {
    negatable: true,
    group: groups.what,
    type: 'boolean',
    describe: 'Timing, or --no-time (default: on)',
  },
  pin: {
    repeatable: true,
    group: groups.where,
    nargs: 1,
    describe: 'Another npm SPEC to install with each version; may be repeated',
  },
  'as-of': { group: groups.where, nargs: 1, describe: 'Only what the registry had on DATE, 2024-05-31' },
  'import-check': {
    negatable: true,
    group: groups.where,
    nargs: 1,
    describe:
      "Check that NAME comes from the version's own folder (default: PACKAGE; --no-import-check: none)",
  },
  node: {
    group: groups.where,
    nargs: 1,
    describe: 'Node versions 20,22,24 (fetched from the registry) or paths',
  },
  allocator: { group: groups.where, nargs: 1, describe: 'Allocators: jemalloc,system' },
  out: { group: groups.output, nargs: 1, describe: 'Folder of the run files (default: .benchmarks/sweep)' },
  resume: { group: groups.output, type: 'boolean', describe: 'Leave out what a sweep before has finished' },
  compare: { group: groups.output, type: 'boolean', describe: 'Compare the runs at the end' },
  plot: { group: groups.output, type: 'boolean', describe: 'Plot the runs at the end' },
  rename: {
    repeatable: true,
    group: groups.output,
    nargs: 1,
    describe: 'OLD=NEW: for --compare and --plot; may be repeated',
  },
  color: { group: groups.output, ...colorFlag },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 sweep PACKAGE VERSIONS... --suite PATH [options] [-- RUN FLAGS]\n\nRuns a suite against versions of a package, each in a fresh folder.',
  options,
  examples: [
    ['$0 sweep lru-cache 6 7 11 --suite cache.bench.mjs', 'a run file per version'],
    ['$0 sweep lru-cache 7 11 --suite cache.bench.mjs --node 20,24', 'on two Nodes'],
    ['$0 sweep lru-cache 11 ./my-fork --suite bench --compare', 'a release against a folder'],
    ['$0 sweep lru-cache 6 7 --suite bench -- --repeats 3', 'with flags for benchmem run'],
  ],
  takesWordsBehind: true,
};
