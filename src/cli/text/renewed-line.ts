// One line of a terminal that renews itself, out of the way where something else is written, and gone at the end.
// Knows nothing of what it says.

import { truncate } from '../../layout/printable.js';
import type { Io } from '../world.js';

const renewMs = 200;
const clearLine = '\r\u001b[2K';

export class RenewedLine {
  readonly #output: Io['stderr'];
  readonly #lineOf: (width: number) => string | undefined;
  readonly #stop: () => void;

  /** `lineOf` answers what to show in at most so many columns; undefined: nothing yet. */
  constructor(
    { stderr, clock }: Pick<Io, 'stderr' | 'clock'>,
    lineOf: (width: number) => string | undefined,
  ) {
    this.#output = stderr;
    this.#lineOf = lineOf;
    this.#stop = clock.every(renewMs, () => this.draw());
  }

  draw(): void {
    // WHY: it is one column less, because a full line makes some terminals wrap, and a wrapped line cannot be cleared.
    const width = this.#output.columns - 1;
    const line = this.#lineOf(width);
    if (line !== undefined) this.#output.write(clearLine + truncate(line, width));
  }

  /** Calls `write` while the line is out of the way. */
  pause(write: () => void): void {
    this.#output.write(clearLine);
    write();
    this.draw();
  }

  end(): void {
    this.#stop();
    this.#output.write(clearLine);
  }
}
