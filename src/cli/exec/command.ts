// The command `exec`.
import { command } from '../command.js';

export const row = command({
  name: 'exec',
  summary: 'Observe a whole program: benchmem exec -- COMMAND...',
  measures: () => true,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
