// Whether a SIGCHLD is of our own children: the system says of none who sent it, and a kill may have.
import { readFileSync } from 'node:fs';

/** A SIGCHLD is of our own children if one of them stopped, went on or ended. */
export class ChildLives {
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

/** As the kernel writes it: R, S, T and so on; undefined for a process that is gone. */
export function stateOf(pid: number): string | undefined {
  return statOf(pid)[0];
}

/** Whether our process group has the terminal, as one that a shell waits for. */
export function isInForeground(): boolean {
  const [, , group, , , terminalGroup] = statOf('self');
  return group !== undefined && group === terminalGroup;
}

/** What the kernel says after the name, which may have blanks; empty for a process that is gone. */
function statOf(pid: number | 'self'): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
