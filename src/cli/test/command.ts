// The command `test`.
import { command } from '../command.js';

export const row = command({
  name: 'test',
  summary: 'Run a test runner, and report the memory of its tests: benchmem test -- vitest run',
  measures: () => true,
  flags: () => import('./flags.js'),
  read: () => import('./read.js'),
  run: () => import('./run.js'),
});
