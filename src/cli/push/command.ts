// The command `push`.
import { command } from '../command.js';

export const row = command({
  name: 'push',
  summary: 'Copy saved runs into a database',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
