// Counts the programs that this process starts through node:child_process. For measuring children only:
// it replaces functions of the module, which a user's own process must not see.
import childProcess from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';

const synchronous = ['spawnSync', 'execSync', 'execFileSync'] as const;

/** Starts counting; answers how many were started since. */
export function countStartedProcesses(): () => number {
  let started = 0;
  subscribe('child_process', () => {
    started += 1;
  });
  for (const name of synchronous) {
    const original = childProcess[name] as (...args: unknown[]) => unknown;
    const counted = (...args: unknown[]): unknown => {
      started += 1;
      return original(...args);
    };
    Object.assign(childProcess, { [name]: counted });
  }
  syncBuiltinESMExports();
  return () => started;
}
