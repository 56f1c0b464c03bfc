// The command `measure`.
import { command } from '../command.js';

export const row = command({
  name: 'measure',
  summary: 'Measure exported functions: benchmem measure FILE...',
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
