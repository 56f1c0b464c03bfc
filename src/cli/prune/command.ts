// The command `prune`.
import { command } from '../command.js';

export const row = command({
  name: 'prune',
  summary: 'Remove old saved runs that nobody named',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
