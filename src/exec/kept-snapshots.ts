// The snapshots of one process that are kept: all of them while they are few, then every second one, evenly over time.
// INVARIANT: the first and the newest are always among them, and never more than the bound.
import type { Snapshot } from './snapshot.js';

/** As many as are kept at most, except for the newest. */
export const mostKept = 1000;

export class KeptSnapshots {
  #kept: Snapshot[] = [];
  /** Those since the last kept one, of which one will be: the newest that was collected, else the newest. */
  #candidate: Snapshot | undefined;
  #newest: Snapshot | undefined;
  #spacingMs = 0;
  #seen = 0;

  get seen(): number {
    return this.#seen;
  }

  add(snapshot: Snapshot): void {
    this.#seen += 1;
    this.#newest = snapshot;
    if (this.#candidate === undefined || isBetter(snapshot, this.#candidate)) this.#candidate = snapshot;
    const last = this.#kept.at(-1);
    if (last !== undefined && snapshot.at_ms - last.at_ms < this.#spacingMs) return;
    this.#kept.push(this.#candidate);
    this.#candidate = undefined;
    if (this.#kept.length >= mostKept) this.#halve();
  }

  /** Ascending in time. */
  list(): readonly Snapshot[] {
    const newest = this.#newest;
    if (newest === undefined || newest === this.#kept.at(-1)) return this.#kept;
    const between = this.#candidate === newest ? [] : [this.#candidate].filter((each) => each !== undefined);
    return [...this.#kept, ...between, newest];
  }

  // WHY: the collected one of two is kept, because collections may come at every second snapshot, and all would go.
  #halve(): void {
    const [first, ...others] = this.#kept as [Snapshot, ...Snapshot[]];
    const halved = [first];
    for (let at = 0; at < others.length; at += 2) {
      const [one, other = one] = [others[at] as Snapshot, others[at + 1]];
      halved.push(isBetter(other, one) ? other : one);
    }
    const last = this.#kept.at(-1) as Snapshot;
    if (halved.at(-1) !== last) halved.push(last);
    this.#kept = halved;
    this.#spacingMs = ((last.at_ms - first.at_ms) / halved.length) * evenly;
  }
}

// A snapshot by the clock comes a little early or late.
const evenly = 0.9;

function isBetter(later: Snapshot, earlier: Snapshot): boolean {
  return later.js?.collected === true || earlier.js?.collected !== true;
}
