// What a run is doing, on stderr: one line that renews itself on a terminal, else a line per finished benchmark.
// Leaves nothing behind on a terminal; never writes to stdout.
import { canRenewLine, type Io } from '../io.js';
import { columnsOf, printable, truncate } from '../text/printable.js';

export interface RunProgress {
  begin(index: number, id: string): void;
  /** A child of this kind runs, or a pass of it is done, counted from 1. */
  step(index: number, kind: string, pass?: number): void;
  /** The benchmark is done; `result` says how, in a few words. */
  done(index: number, result: string): void;
  /** Calls `write` while the line is out of the way. */
  pause(write: () => void): void;
  end(): void;
}

const renewMs = 200;
const clearLine = '\r\u001b[2K';

export function startRunProgress(io: Pick<Io, 'stderr' | 'clock' | 'env'>, total: number): RunProgress {
  return canRenewLine(io) ? new LiveLine(io.stderr, io.clock, total) : new LinePerBenchmark(io.stderr, total);
}

class LiveLine implements RunProgress {
  readonly #output: Io['stderr'];
  readonly #clock: Io['clock'];
  readonly #total: number;
  readonly #stop: () => void;
  readonly #active = new Map<number, { readonly id: string; step: string; readonly startedMs: number }>();
  #done = 0;

  constructor(output: Io['stderr'], clock: Io['clock'], total: number) {
    this.#output = output;
    this.#clock = clock;
    this.#total = total;
    this.#stop = clock.every(renewMs, () => this.#draw());
  }

  begin(index: number, id: string): void {
    this.#active.set(index, { id, step: 'starting', startedMs: this.#clock.elapsedMs() });
    this.#draw();
  }

  step(index: number, kind: string, pass?: number): void {
    const entry = this.#active.get(index);
    if (entry === undefined) return;
    entry.step = pass === undefined ? kind : `${kind} pass ${pass}`;
    this.#draw();
  }

  done(index: number): void {
    this.#active.delete(index);
    this.#done += 1;
    this.#draw();
  }

  pause(write: () => void): void {
    this.#output.write(clearLine);
    write();
    this.#draw();
  }

  end(): void {
    this.#stop();
    this.#active.clear();
    this.#output.write(clearLine);
  }

  // The benchmark that has run for longest, and how many others are under way.
  #draw(): void {
    const [oldest] = this.#active.values();
    if (oldest === undefined) return;
    const seconds = Math.floor((this.#clock.elapsedMs() - oldest.startedMs) / 1000);
    const others = this.#active.size - 1;
    const state = `  ${printable(oldest.step)}  ${seconds} s${others > 0 ? `  +${others}` : ''}`;
    const head = `[${this.#done}/${this.#total}] `;
    // WHY one column less: a full line makes some terminals wrap, and a wrapped line cannot be cleared.
    const width = this.#output.columns - 1;
    const room = Math.max(1, width - columnsOf(head) - columnsOf(state));
    const line = truncate(head + truncate(printable(oldest.id), room, 'end') + state, width);
    this.#output.write(clearLine + line);
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
