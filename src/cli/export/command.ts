// The command `export`.
import { command } from '../command.js';

export const row = command({
  name: 'export',
  summary: 'Write one run for another tool',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
