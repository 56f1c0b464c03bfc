// The command `version`.
import { command } from '../command.js';

export const row = command({
  name: 'version',
  summary: 'Print the version',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
