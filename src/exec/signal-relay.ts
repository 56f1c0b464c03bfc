// Passes on the signals that the command gets, each one once. A terminal, and a kill of the process group, reach the program
// by themselves; a kill of the command alone does not. A witness tells the two apart: a shell in our process group, which
// nobody signals by its id, and which says what it got.
// WHY no group of its own for the program: it would take the terminal away from what stands beside us in a pipeline.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

// SIGCHLD comes of our own children; two cannot be handled; by the others a fault of our own ends us, and a handler would be
// called for it without end.
const notRelayed = new Set([
  'SIGCHLD',
  'SIGKILL',
  'SIGSTOP',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
]);
// WHY they keep a listener: without one they end us, because Node ignores them only until the first listener goes.
const ignoredByNode = new Set<string>(['SIGPIPE', 'SIGXFSZ']);
const stopping = new Set<string>(['SIGTSTP', 'SIGTTIN', 'SIGTTOU']);

export const relayed = Object.keys(constants.signals).filter(
  (name) => !notRelayed.has(name),
) as NodeJS.Signals[];

export interface SignalRelay {
  /** From here on signals go to this program; those that came before go to it too. */
  to(child: ChildProcess): void;
  stop(): void;
}

export function relaySignals(): SignalRelay {
  const witness = new Witness();
  const waiting: NodeJS.Signals[] = [];
  let child: ChildProcess | undefined;
  const pass = async (name: NodeJS.Signals) => {
    if (child === undefined) waiting.push(name);
    else if (!(await witness.got(name))) child.kill(name);
    if (stopping.has(name) && child !== undefined) await stopWith(child);
  };
  const handlers = relayed.flatMap((name) => {
    const handler = () => void pass(name);
    return listens(name, handler) ? [{ name, handler }] : [];
  });
  return {
    to: (started) => {
      child = started;
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
const numbers = [...new Set(relayed.map((name) => constants.signals[name]))];
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

  /** Whether the whole process group got it: the program too. */
  async got(name: NodeJS.Signals): Promise<boolean> {
    const number = constants.signals[name];
    if (!this.#isGone) {
      await new Promise<void>((resolve) => {
        this.#questions.push(resolve);
        this.#shell.stdin.write('\n');
      });
    }
    const count = this.#seen.get(number) ?? 0;
    if (count > 0) this.#seen.set(number, count - 1);
    return count > 0;
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
