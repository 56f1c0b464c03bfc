// The command `flamegraph`.
import { command } from '../command.js';

export const row = command({
  name: 'flamegraph',
  summary: 'Show where the memory went, or what changed: benchmem flamegraph DIR [HEAD] [ID]',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
