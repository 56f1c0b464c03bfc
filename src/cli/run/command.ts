// The command `run`.
import { command } from '../command.js';

export const row = command({
  name: 'run',
  summary: 'Run bench files: benchmem run [FILES...]',
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
