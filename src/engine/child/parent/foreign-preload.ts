// Other libraries that the user preloads, beside ours: those with which a child is known to hang, and the error for one
// that never said a word, and whether a word is to be expected. Pure.
import { BenchmemError } from '../../../errors.js';
import type { AllocatorName } from '../../options.js';

// libfaketime answers the clock that jemalloc reads while it starts, and allocates for it: each waits for the other.
const hangsWithJemalloc = /(^|\/)libfaketime[^/]*\.so/;

const wayAround = 'unset LD_PRELOAD for this command, or measure with --allocator system or --attached';

/** Throws UNSUPPORTED_RUNTIME if `preload`, the user's LD_PRELOAD, and the allocator cannot be in one process. */
export function refuseHangingPreload(
  allocator: AllocatorName,
  preload: string | undefined,
  hint = wayAround,
): void {
  const library = preload?.split(/[\s:]+/).find((path) => hangsWithJemalloc.test(path));
  if (allocator !== 'jemalloc' || library === undefined) return;
  throw new BenchmemError(
    'UNSUPPORTED_RUNTIME',
    `a process with ${library} (in LD_PRELOAD) and jemalloc hangs before it starts`,
    hint,
  );
}

/** Whether a node with these flags and this NODE_OPTIONS waits for a debugger before it runs anything. */
export function waitsForDebugger(flags: readonly string[], nodeOptions = ''): boolean {
  return [...flags, ...nodeOptions.split(/[\s"]+/)].some((flag) => /^--inspect[-_](brk|wait)/.test(flag));
}

/** The error for a child that was killed because it had not said anything yet. */
export function saidNothing(step: string, silenceMs: number, preload: string | undefined): BenchmemError {
  const beside = preload === undefined ? '' : `, with LD_PRELOAD=${preload}`;
  return new BenchmemError(
    'UNSUPPORTED_RUNTIME',
    `the ${step} child did not start within ${silenceMs / 1000} s${beside}`,
    preload === undefined
      ? 'measure with --attached, or with --allocator system; does node start by itself?'
      : wayAround,
  );
}
