// No child outlives this process: this ends them when the process ends by itself, orphan-guard.ts where it is killed.
import type { ChildProcess } from 'node:child_process';
import { guardFromOrphaning, releaseFromGuard } from './orphan-guard.js';

// WHY: one listener serves all children, because node warns of more than ten.
const bound = new Set<ChildProcess>();
let isListening = false;

/** From now on this child ends with this process, at the latest. */
export function bindToUs(child: ChildProcess): void {
  if (!isListening) {
    isListening = true;
    process.on('exit', () => {
      for (const each of bound) each.kill('SIGKILL');
    });
  }
  bound.add(child);
  guardFromOrphaning(child);
}

/** It has ended. Again is harmless. */
export function unbind(child: ChildProcess): void {
  if (bound.delete(child)) releaseFromGuard(child);
}
