// The command `history`.
import { command } from '../command.js';

export const row = command({
  name: 'history',
  summary: 'Since which commit a figure is what it is',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
