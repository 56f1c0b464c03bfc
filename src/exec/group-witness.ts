// A shell in our process group, which nobody signals by its id, and which says what it got: that reached the whole group.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { withStreams } from '../files/system-error.js';
import { catchable } from './signals.js';

// Prints the number of each signal that it gets, and answers a question with an empty line.
// WHY: it asks whether our process is there, because a signal ends a read as the end of input does.
const numbers = catchable.map((name) => constants.signals[name]);
const script = `${numbers.map((number) => `trap 'echo ${number}' ${number}`).join('\n')}
echo
while :; do if read -r line; then echo; else kill -0 $PPID 2>/dev/null || exit 0; fi; done`;

export class GroupWitness {
  readonly #shell = withStreams(spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] }));
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
