// What `benchmem flamegraph` accepts, as its help says it; read.ts says what it means.
import { profileMetrics } from '../../profile/reports/metrics.js';
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag } from '../common-flags.js';

export const reportNames = ['table', 'tree', 'summary', 'stats', 'leaks', 'temporary'] as const;
export const formatNames = ['html', 'json', 'md', 'collapsed', 'speedscope', 'pprof'] as const;

const groups = { what: 'Which profile:', how: 'What to show:', output: 'Output:' };

const options = {
  worst: {
    group: groups.what,
    nargs: 1,
    choices: profileMetrics,
    describe:
      'Of all that match, the profile with most of this; it is also what is shown; js: allocated by JavaScript, sampled (default: peak)',
  },
  native: {
    group: groups.what,
    type: 'boolean',
    describe: 'Fail if the profile has no native frames',
  },
  report: {
    group: groups.how,
    nargs: 1,
    choices: reportNames,
    describe:
      'table: places; tree: stacks; summary: functions; stats: sums and sizes; leaks: what was still held; temporary: freed at once (default: none, but a page)',
  },
  format: {
    group: groups.how,
    nargs: 1,
    choices: formatNames,
    describe:
      'html: the page; else the profile for a program, a pull request or another tool; json with --report: that report',
  },
  output: {
    group: groups.output,
    nargs: 1,
    alias: 'o',
    describe:
      'The file to write, - for standard output (default: of a page NAME.flamegraph.html beside the profile, else -)',
  },
  force: {
    group: groups.output,
    type: 'boolean',
    alias: 'f',
    describe: 'Replace the file if there is one',
  },
  open: { group: groups.output, type: 'boolean', describe: 'Show the file when it is written' },
  color: { ...colorFlag, group: groups.output },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 flamegraph DIR [HEAD] [ID] [options]\n\nShows where the memory of a benchmark went: as a flame graph, one page that needs no network, or as a report. DIR is a folder of profiles, or one of them; ID is a benchmark, or a part of its id that no other has. The only profile of a folder needs no ID. With HEAD, another folder or profile, it shows what changed from DIR to it: as a page, with --report table, or as --format md, json or collapsed.',
  options,
  examples: [
    ['$0 flamegraph profiles resize --open', 'writes the page and shows it'],
    ['$0 flamegraph profiles --report table', 'the lines that the memory at the peak comes from'],
    ['$0 flamegraph profiles resize --report leaks', 'what was still held afterwards'],
    ['$0 flamegraph profiles --worst leaked --report tree', 'of the profile that kept most'],
    ['$0 flamegraph base head resize --open', 'what changed from one folder of profiles to the other'],
    ['$0 flamegraph base head resize --report table', 'the lines that moved most, then what is gone'],
    ['$0 flamegraph profiles resize --format speedscope -o resize.json', 'for speedscope.app'],
  ],
};
