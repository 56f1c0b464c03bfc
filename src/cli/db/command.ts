// The command `db`.
import { command } from '../command.js';

export const row = command({
  name: 'db',
  summary: 'Make the tables of a database of runs, or say where they stand',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
