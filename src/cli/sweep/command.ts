// The command `sweep`.
import { command } from '../command.js';

export const row = command({
  name: 'sweep',
  summary: 'Run a suite against versions of a package',
  measures: () => true,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
