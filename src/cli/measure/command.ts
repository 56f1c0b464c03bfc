// The command `measure`.
import { command } from '../command.js';
import type { MeasureArgs } from './read.js';

export const row = command<MeasureArgs>({
  name: 'measure',
  summary: 'Measure exported functions: benchmem measure FILE...',
  measures: ({ memory }) => memory !== undefined,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
