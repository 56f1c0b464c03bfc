// The command `run`.
import { command } from '../command.js';
import type { RunArgs } from './read.js';

export const row = command<RunArgs>({
  name: 'run',
  summary: 'Run bench files: benchmem run [FILES...]',
  measures: ({ memory, list }) => memory !== undefined && !list,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
