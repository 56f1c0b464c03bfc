// The command `merge`.
import { command } from '../command.js';

export const row = command({
  name: 'merge',
  summary: 'Put the shards of one run together',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
