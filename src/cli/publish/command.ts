// The command `publish`.
import { command } from '../command.js';

export const row = command({
  name: 'publish',
  summary: 'Write the pages of the dashboard as files',
  measures: () => false,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
