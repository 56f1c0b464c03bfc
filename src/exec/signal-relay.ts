// Passes on the signals that the command gets, each one once. A terminal, and a kill of the process group, reach the program
// by themselves; a kill of the command alone does not. A witness in our process group tells the two apart.
// WHY: the program gets no group of its own, because that would take the terminal away from what stands beside us in a pipeline.
import type { ChildProcess } from 'node:child_process';
import { ChildLives, isInForeground, stateOf } from './child-lives.js';
import { GroupWitness } from './group-witness.js';
import { catchable } from './signals.js';

// WHY: they keep a listener, because without one they end us: Node ignores them only until the first listener goes.
const ignoredByNode = new Set<string>(['SIGPIPE', 'SIGXFSZ']);
const stopping = new Set<string>(['SIGTSTP', 'SIGTTIN', 'SIGTTOU']);

export interface SignalRelay {
  /** From here on signals go to this program; those that came before go to it too. */
  to(child: ChildProcess): void;
  stop(): void;
}

export function relaySignals(): SignalRelay {
  const witness = new GroupWitness();
  const waiting: NodeJS.Signals[] = [];
  let child: ChildProcess | undefined;
  const lives = new ChildLives();
  lives.watch(witness.pid);
  const pass = async (name: NodeJS.Signals) => {
    if (name === 'SIGCHLD' && lives.changed()) return stopBeside(child);
    if (child === undefined) return void waiting.push(name);
    const reachedAll = await witness.got(name);
    if (name === 'SIGCONT' && reachedAll) lives.continued();
    if (name === 'SIGCHLD') await witness.answer(); // a SIGCONT that came with it has been seen by then
    if (!reachedAll && !(name === 'SIGCHLD' && lives.wentOn)) child.kill(name);
    if (stopping.has(name)) await stopWith(child);
  };
  const handlers = catchable.flatMap((name) => {
    const handler = () => void pass(name);
    return listens(name, handler) ? [{ name, handler }] : [];
  });
  return {
    to: (started) => {
      child = started;
      lives.watch(witness.pid, started.pid);
      for (const name of waiting) started.kill(name);
    },
    stop: () => {
      for (const { name, handler } of handlers) {
        if (ignoredByNode.has(name)) process.on(name, () => {});
        process.off(name, handler);
      }
      witness.end();
    },
  };
}

// Some names are of no signal here that a handler can be set for.
function listens(name: NodeJS.Signals, handler: () => void): boolean {
  try {
    process.on(name, handler);
    return true;
  } catch {
    return false;
  }
}

// A program that reads keys itself stops itself alone at Ctrl-Z. WHY: we stop too in the foreground alone, because the shell waits
// there until we stop, and continues both.
function stopBeside(child: ChildProcess | undefined): void {
  if (isInForeground() && stateOf(child?.pid ?? 0) === 'T') process.kill(process.pid, 'SIGSTOP');
}

// WHY: this happens a while later, because a program that handles the signal goes on, and so do we.
async function stopWith(child: ChildProcess): Promise<void> {
  for (const ms of [5, 20, 50]) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (stateOf(child.pid ?? 0) === 'T') return void process.kill(process.pid, 'SIGSTOP');
  }
}
