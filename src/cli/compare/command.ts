// The command `compare`.
import { command } from '../command.js';

export const row = command({
  name: 'compare',
  summary: 'Put runs side by side, and fail on a regression',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
