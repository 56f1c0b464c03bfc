// The command `serve`.
import { command } from '../command.js';

export const row = command({
  name: 'serve',
  summary: 'Show the saved runs in a browser',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
