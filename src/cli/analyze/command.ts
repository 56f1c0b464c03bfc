// The command `analyze`.
import { command } from '../command.js';

export const row = command({
  name: 'analyze',
  summary: 'What changed between two saved runs, per method',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
