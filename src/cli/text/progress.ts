// What is going on, on stderr: one line that renews itself on a terminal, else a line per benchmark and pass kind.
// Leaves nothing behind on a terminal; never writes to stdout.

import { columnsOf, truncate } from '../../layout/printable.js';
import { printable } from '../../text/escapes.js';
import { canRenewLine } from '../terminal.js';
import type { Io } from '../world.js';
import { RenewedLine } from './renewed-line.js';

export interface Progress {
  /** The benchmark `index` of `total` begins. */
  begin(id: string, index: number, total: number): void;
  /** It has reached this step: a pass kind, with the number of the pass where one is running. */
  step(kind: string, pass?: number): void;
  /** Calls `write` while the line is out of the way. */
  pause(write: () => void): void;
  end(): void;
}

export function startProgress(io: Pick<Io, 'stderr' | 'clock' | 'env'>): Progress {
  return canRenewLine(io) ? new LiveLine(io) : new LineByLine(io.stderr);
}

class LiveLine implements Progress {
  readonly #clock: Io['clock'];
  readonly #line: RenewedLine;
  #heading = '';
  #step = '';
  #startedMs = 0;

  constructor(io: Pick<Io, 'stderr' | 'clock'>) {
    this.#clock = io.clock;
    this.#line = new RenewedLine(io, (width) => this.#textIn(width));
  }

  begin(id: string, index: number, total: number): void {
    this.#heading = headingOf(id, index, total);
    this.#step = 'starting';
    this.#startedMs = this.#clock.elapsedMs();
    this.#line.draw();
  }

  step(kind: string, pass?: number): void {
    this.#step = stepText(kind, pass);
    this.#line.draw();
  }

  pause(write: () => void): void {
    this.#line.pause(write);
  }

  end(): void {
    this.#line.end();
    this.#heading = '';
  }

  #textIn(width: number): string | undefined {
    if (this.#heading === '') return undefined;
    const seconds = Math.floor((this.#clock.elapsedMs() - this.#startedMs) / 1000);
    const state = `  ${printable(this.#step)}  ${seconds} s`;
    return truncate(this.#heading, Math.max(1, width - columnsOf(state)), 'ends') + state;
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

/** A pass kind, with the number of the pass where one is running. */
export function stepText(kind: string, pass: number | undefined): string {
  return pass === undefined ? kind : `${kind} pass ${pass}`;
}

function headingOf(id: string, index: number, total: number): string {
  return `${total > 1 ? `[${index + 1}/${total}] ` : ''}${printable(id)}`;
}
