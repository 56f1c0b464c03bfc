// What a run is doing, on stderr: one line that renews itself on a terminal, else a line per finished benchmark.
// Leaves nothing behind on a terminal; never writes to stdout.

import { columnsOf, truncate } from '../../layout/printable.js';
import { printable } from '../../text/escapes.js';
import { canRenewLine } from '../terminal.js';
import { stepText } from '../text/progress.js';
import { RenewedLine } from '../text/renewed-line.js';
import type { Io } from '../world.js';

export interface RunProgress {
  begin(index: number, id: string): void;
  /** A child of this kind runs, or a pass of it is done, counted from 1. */
  step(index: number, kind: string, pass?: number): void;
  /** The benchmark is done; `result` says how, in a few words. */
  done(index: number, result: string, failed: boolean): void;
  /** Calls `write` while the line is out of the way. */
  pause(write: () => void): void;
  end(): void;
}

export function startRunProgress(io: Pick<Io, 'stderr' | 'clock' | 'env'>, total: number): RunProgress {
  return canRenewLine(io) ? new LiveLine(io, total) : new LinePerBenchmark(io.stderr, total);
}

class LiveLine implements RunProgress {
  readonly #clock: Io['clock'];
  readonly #total: number;
  readonly #line: RenewedLine;
  readonly #active = new Map<number, { readonly id: string; step: string; readonly startedMs: number }>();
  #done = 0;
  #failed = 0;

  constructor(io: Pick<Io, 'stderr' | 'clock'>, total: number) {
    this.#clock = io.clock;
    this.#total = total;
    this.#line = new RenewedLine(io, (width) => this.#textIn(width));
  }

  begin(index: number, id: string): void {
    this.#active.set(index, { id, step: 'starting', startedMs: this.#clock.elapsedMs() });
    this.#line.draw();
  }

  step(index: number, kind: string, pass?: number): void {
    const entry = this.#active.get(index);
    if (entry === undefined) return;
    entry.step = stepText(kind, pass);
    this.#line.draw();
  }

  done(index: number, _result: string, failed: boolean): void {
    this.#active.delete(index);
    this.#done += 1;
    if (failed) this.#failed += 1;
    this.#line.draw();
  }

  pause(write: () => void): void {
    this.#line.pause(write);
  }

  end(): void {
    this.#line.end();
    this.#active.clear();
  }

  // The benchmark that has run for longest, and how many others are under way.
  #textIn(width: number): string | undefined {
    const [oldest] = this.#active.values();
    if (oldest === undefined) return undefined;
    const seconds = Math.floor((this.#clock.elapsedMs() - oldest.startedMs) / 1000);
    const others = this.#active.size - 1;
    const state = `  ${printable(oldest.step)}  ${seconds} s${others > 0 ? `  +${others}` : ''}`;
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : '';
    const head = `[${this.#done}/${this.#total}${failed}] `;
    const room = Math.max(1, width - columnsOf(head) - columnsOf(state));
    return head + truncate(printable(oldest.id), room, 'ends') + state;
  }
}

class LinePerBenchmark implements RunProgress {
  readonly #output: Io['stderr'];
  readonly #total: number;
  readonly #ids = new Map<number, string>();
  #done = 0;

  constructor(output: Io['stderr'], total: number) {
    this.#output = output;
    this.#total = total;
  }

  begin(index: number, id: string): void {
    this.#ids.set(index, id);
  }

  step(): void {}

  done(index: number, result: string): void {
    this.#done += 1;
    const id = printable(this.#ids.get(index) ?? '');
    this.#output.write(`[${this.#done}/${this.#total}] ${id}: ${printable(result)}\n`);
  }

  pause(write: () => void): void {
    write();
  }

  end(): void {}
}
