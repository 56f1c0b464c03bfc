// The command `plot`.
import { command } from '../command.js';

export const row = command({
  name: 'plot',
  summary: 'Draw runs: benchmem plot RUNS...',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
