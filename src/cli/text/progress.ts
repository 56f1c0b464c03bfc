// What is going on, on stderr: one line that renews itself on a terminal, else a line per benchmark and pass kind.
// Leaves nothing behind on a terminal; never writes to stdout.
import { canRenewLine, type Io } from '../io.js';
import { printable, truncate } from './printable.js';

export interface Progress {
  /** The benchmark `index` of `total` begins. */
  begin(id: string, index: number, total: number): void;
  /** It has reached this step: a pass kind, with the number of the pass where one is running. */
  step(kind: string, pass?: number): void;
  /** Calls `write` while the line is out of the way. */
  pause(write: () => void): void;
  end(): void;
}

const renewMs = 200;
const clearLine = '\r\u001b[2K';

export function startProgress(io: Pick<Io, 'stderr' | 'clock' | 'env'>): Progress {
  return canRenewLine(io) ? new LiveLine(io.stderr, io.clock) : new LineByLine(io.stderr);
}

class LiveLine implements Progress {
  readonly #output: Io['stderr'];
  readonly #clock: Io['clock'];
  readonly #stop: () => void;
  #heading = '';
  #step = '';
  #startedMs = 0;

  constructor(output: Io['stderr'], clock: Io['clock']) {
    this.#output = output;
    this.#clock = clock;
    this.#stop = clock.every(renewMs, () => this.#draw());
  }

  begin(id: string, index: number, total: number): void {
    this.#heading = headingOf(id, index, total);
    this.#step = 'starting';
    this.#startedMs = this.#clock.elapsedMs();
    this.#draw();
  }

  step(kind: string, pass?: number): void {
    this.#step = pass === undefined ? kind : `${kind} pass ${pass}`;
    this.#draw();
  }

  pause(write: () => void): void {
    this.#output.write(clearLine);
    write();
    this.#draw();
  }

  end(): void {
    this.#stop();
    this.#heading = '';
    this.#output.write(clearLine);
  }

  #draw(): void {
    if (this.#heading === '') return;
    const seconds = Math.floor((this.#clock.elapsedMs() - this.#startedMs) / 1000);
    const state = `  ${printable(this.#step)}  ${seconds} s`;
    // WHY one column less: a full line makes some terminals wrap, and a wrapped line cannot be cleared.
    const room = Math.max(1, this.#output.columns - 1 - state.length);
    const line = truncate(truncate(this.#heading, room, 'end') + state, this.#output.columns - 1);
    this.#output.write(clearLine + line);
  }
}

class LineByLine implements Progress {
  readonly #output: Io['stderr'];
  #heading = '';
  #kind = '';

  constructor(output: Io['stderr']) {
    this.#output = output;
  }

  begin(id: string, index: number, total: number): void {
    this.#heading = headingOf(id, index, total);
    this.#kind = '';
  }

  step(kind: string): void {
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.#output.write(`${this.#heading}: ${printable(kind)}\n`);
  }

  pause(write: () => void): void {
    write();
  }

  end(): void {}
}

function headingOf(id: string, index: number, total: number): string {
  return `${total > 1 ? `[${index + 1}/${total}] ` : ''}${printable(id)}`;
}
