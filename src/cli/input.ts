// Where the runs that a command is given are read: its folder, its storage, and standard input for `-`.
import type { RunPlace } from '../runfile/run.js';
import { defined } from '../shapes.js';
import type { Io } from './world.js';

export function runPlace({ cwd, readInput }: Io, storage: string | undefined): RunPlace {
  return defined({ cwd, readInput, storage });
}
