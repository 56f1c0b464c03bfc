// Passes on the signals that the command gets, each one once. A terminal, and a kill of the process group, reach the program
// by themselves; a kill of the command alone does not. A witness tells the two apart: a shell in our process group, which
// nobody signals by its id, and which says what it got.
// WHY no group of its own for the program: it would take the terminal away from what stands beside us in a pipeline.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { catchable } from './signals.js';

// WHY they keep a listener: without one they end us, because Node ignores them only until the first listener goes.
const ignoredByNode = new Set<string>(['SIGPIPE', 'SIGXFSZ']);
const stopping = new Set<string>(['SIGTSTP', 'SIGTTIN', 'SIGTTOU']);

export interface SignalRelay {
  /** From here on signals go to this program; those that came before go to it too. */
  to(child: ChildProcess): void;
  stop(): void;
}

export function relaySignals(): SignalRelay {
  const witness = new Witness();
  const waiting: NodeJS.Signals[] = [];
  let child: ChildProcess | undefined;
  const lives = new ChildLives();
  lives.watch(witness.pid);
  const pass = async (name: NodeJS.Signals) => {
    if (name === 'SIGCHLD' && lives.changed()) return;
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

// The system says of no SIGCHLD who sent it: it is of our own children if one of them stopped, went on or ended.
class ChildLives {
  #pids: ReadonlyArray<number | undefined> = [];
  #lives = '';
  #continuedAt = Number.NEGATIVE_INFINITY;

  watch(...pids: ReadonlyArray<number | undefined>): void {
    this.#pids = pids;
    this.#lives = pids.map(lifeOf).join();
  }

  /** To be asked at each SIGCHLD, before anything awaits. */
  changed(): boolean {
    const before = this.#lives;
    this.#lives = this.#pids.map(lifeOf).join();
    return this.#lives !== before;
  }

  continued(): void {
    this.#continuedAt = performance.now();
  }

  /** A shell stopped and continued the process group: each of us went on, and none saw another stand still. */
  get wentOn(): boolean {
    return performance.now() - this.#continuedAt < togetherMs;
  }
}

const togetherMs = 100;

function lifeOf(pid: number | undefined): string {
  const state = pid === undefined ? undefined : stateOf(pid);
  if (state === undefined || state === 'Z' || state === 'X') return 'none';
  return state === 'T' ? 'stopped' : 'runs';
}

// WHY a while later: a program that handles the signal goes on, and so do we.
async function stopWith(child: ChildProcess): Promise<void> {
  for (const ms of [5, 20, 50]) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (stateOf(child.pid ?? 0) === 'T') return void process.kill(process.pid, 'SIGSTOP');
  }
}

function stateOf(pid: number): string | undefined {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

// Prints the number of each signal that it gets, and answers a question with an empty line.
// WHY the question after our process: a signal ends a read as the end of input does.
const numbers = catchable.map((name) => constants.signals[name]);
const script = `${numbers.map((number) => `trap 'echo ${number}' ${number}`).join('\n')}
echo
while :; do if read -r line; then echo; else kill -0 $PPID 2>/dev/null || exit 0; fi; done`;

class Witness {
  readonly #shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  readonly #seen = new Map<number, number>();
  readonly #questions: Array<() => void> = [];
  #text = '';
  #isGone = false;

  constructor() {
    this.#questions.push(() => {}); // its first empty line: it listens
    this.#shell.stdout.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#shell.stdin.on('error', () => {});
    this.#shell.on('error', () => this.#leave()).on('exit', () => this.#leave());
    this.#shell.unref();
  }

  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** Whether the whole process group got it: the program too. */
  async got(name: NodeJS.Signals): Promise<boolean> {
    await this.answer();
    const number = constants.signals[name];
    const count = this.#seen.get(number) ?? 0;
    if (count > 0) this.#seen.set(number, count - 1);
    return count > 0;
  }

  /** It has said what it got until now. */
  async answer(): Promise<void> {
    if (this.#isGone) return;
    await new Promise<void>((resolve) => {
      this.#questions.push(resolve);
      this.#shell.stdin.write('\n');
    });
  }

  end(): void {
    this.#shell.stdin.destroy();
    this.#shell.kill('SIGKILL');
  }

  #take(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') this.#questions.shift()?.();
      else this.#seen.set(Number(line), (this.#seen.get(Number(line)) ?? 0) + 1);
    }
  }

  #leave(): void {
    this.#isGone = true;
    for (const resolve of this.#questions.splice(0)) resolve();
  }
}
