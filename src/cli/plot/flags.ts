// What `benchmem plot` accepts, as yargs shows it. Means nothing by itself: plot-options.ts reads it.
import type { CommandFlags, FlagTable } from '../command.js';
import { renameFlag } from '../common-flags.js';

const groups = { what: 'What to draw:', how: 'How to draw it:', output: 'Output:' };

const options = {
  view: {
    group: groups.what,
    nargs: 1,
    choices: ['scaling', 'scatter', 'compare', 'sweep', 'history'],
    describe: 'The view (default: 1 run scaling, 2 scatter, 3 and more sweep)',
  },
  columns: {
    group: groups.what,
    nargs: 1,
    describe: 'One metric or field (default: time, or peak if nothing was timed)',
  },
  where: {
    repeatable: true,
    group: groups.what,
    nargs: 1,
    describe: 'Only benchmarks with DIM=VALUE; may be repeated',
  },
  rename: { group: groups.what, ...renameFlag },
  label: {
    repeatable: true,
    group: groups.what,
    nargs: 1,
    alias: 'l',
    describe: 'Name of a run, in their order; once per run',
  },
  storage: {
    group: groups.what,
    nargs: 1,
    describe: 'Where stored runs are looked up: a folder, or postgres: (default: .benchmarks)',
  },
  facet: {
    group: groups.how,
    nargs: 1,
    describe: 'A panel per value of DIM (a parameter, or node.func and the like)',
  },
  x: {
    group: groups.how,
    nargs: 1,
    describe: 'scaling: the DIM on the x axis (default: the only numeric one)',
  },
  color: {
    negatable: true,
    group: groups.how,
    describe: 'scaling: a line per value of DIM. Alone, or --no-color: colour of messages',
  },
  'log-x': {
    negatable: true,
    group: groups.how,
    type: 'boolean',
    describe: 'scaling: logarithmic x axis (default: if all is positive)',
  },
  'log-y': {
    negatable: true,
    group: groups.how,
    type: 'boolean',
    describe: 'scaling: logarithmic y axis (default: if all is positive)',
  },
  linear: { group: groups.how, type: 'boolean', describe: 'scaling: linear axes' },
  band: {
    group: groups.how,
    nargs: 1,
    choices: ['auto', 'minmax', 'none'],
    describe: 'scaling: whiskers from min to max (default: auto, if passes differ)',
  },
  clip: {
    group: groups.how,
    nargs: 1,
    describe: 'scatter: where the colours end, 5MiB or a percentile of the changes (default: 95%)',
  },
  sort: {
    group: groups.how,
    nargs: 1,
    choices: ['absolute', 'relative'],
    describe: 'compare: by the change itself, or by percent (default: absolute)',
  },
  'free-axes': {
    group: groups.how,
    nargs: 1,
    choices: ['x', 'y', 'both'],
    describe: 'Panels with value axes of their own',
  },
  output: {
    group: groups.output,
    nargs: 1,
    alias: 'o',
    describe:
      'The file to write; .html, .png, .svg or .json, or - for standard output (default: .benchmarks/plots/VIEW-METRIC.html)',
  },
  format: {
    group: groups.output,
    nargs: 1,
    choices: ['html', 'png', 'svg', 'json'],
    describe: 'What to write (default: by the ending of -o). json is the plotly figure, on stdout without -o',
  },
  theme: {
    group: groups.output,
    nargs: 1,
    choices: ['auto', 'light', 'dark'],
    describe: "Colours (default: auto, the reader's; images are light)",
  },
  width: { group: groups.output, nargs: 1, describe: 'Width of an image in pixels (default: 1000)' },
  browser: {
    group: groups.output,
    nargs: 1,
    describe: 'The Chromium that makes images (default: one that is found)',
  },
  open: { group: groups.output, type: 'boolean', describe: 'Show the file when it is written' },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 plot RUNS... [options]\n\nDraws runs as one HTML file that opens without a network, or as an image.',
  options,
  examples: [
    ['$0 plot run.json', 'how the cost grows with a parameter'],
    ['$0 plot main.json pr.json --columns peak', 'which benchmarks moved, and were they large already'],
    ['$0 plot main.json pr.json --view compare', 'what moved most'],
    [
      '$0 plot .benchmarks/Linux-Node-24-64bit --view history',
      'each figure over the saved runs, with its steps',
    ],
    ['$0 plot 6.0.0.json 7.0.0.json 8.0.0.json -o drift.png', 'how it drifts over versions'],
  ],
};
