// Ends the children of a process that was killed and could not do it itself: a shell beside it, whose standard input
// closes with this process (or with the worker thread that measures), however that ends.
// WHY: the kernel's parent-death signal is not used, because the child would have to ask for it, with native code that a timing
// or rss child must not load; and it fires at the end of a thread. A watcher in the child would not do either, because an endless
// loop keeps it from running.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

// One line per child, `+PID` or `-PID`. It ignores what a terminal or a job's end sends: it ends with its input.
const script = `trap '' HUP INT QUIT TERM
alive=' '
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) alive="$alive$pid " ;;
    -*) alive="\${alive%% $pid *} \${alive#* $pid }" ;;
  esac
done
for pid in $alive; do kill -9 "$pid"; done`;

let shell: ChildProcess | undefined;

/** From now on this child ends with this process, at the latest. */
export function guardFromOrphaning({ pid }: ChildProcess): void {
  if (pid === undefined || process.platform === 'win32') return;
  shell ??= startShell();
  tell(`+${pid}`);
}

/** It has ended: its number may become another's. */
export function releaseFromGuard({ pid }: ChildProcess): void {
  if (pid !== undefined) tell(`-${pid}`);
}

function tell(line: string): void {
  shell?.stdin?.write(`${line}\n`);
}

// INVARIANT: it keeps nothing of this process: no folder, no environment, no descriptor but its input, no place in the
// group that a terminal signals. A machine without a shell has no guard: a child is then ended by us or by nobody.
function startShell(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {});
  // WHY: it has no streams where no more files may be opened.
  const stdin = child.stdin as (Writable & { unref(): void }) | undefined;
  stdin?.on('error', () => {});
  child.unref();
  stdin?.unref();
  return child;
}
