// The command `pull`.
import { command } from '../command.js';

export const row = command({
  name: 'pull',
  summary: 'Copy runs out of a database into a folder',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
