// Rounds of full collection and event-loop turns until the heap stands still: before a window and while it drains.
// INVARIANT: between two readings it keeps numbers only, so that no reading counts the one before.
// WHY: a turn comes before the first reading, because what an await leaves on the heap stands there from the first turn on. A
// reading without it never equals the next one, so that a third round would always be needed for the same proof.
import type { NativeBinding, WindowToken } from '../../native/contract.js';
import type { Host } from '../host.js';

const leastRounds = 2;
// WHY: it is one more than above, because two readings with nothing between them prove less.
const leastRoundsAtOnce = 3;
const mostRounds = 10;

/** What the last of the rounds read; made before them, so that storing it allocates nothing. */
export class Stillness {
  // WHY: this is a typed array, because a number stored in an object's field would be a new heap object of its own.
  readonly #numbers = new Float64Array(4);

  /** Used bytes of the JavaScript heap; NaN if this runtime shows none. */
  get jsUsedBytes(): number {
    return this.#numbers[0] as number;
  }

  /**
   * Native bytes of the window still live, less those from before it that were freed since; with what is committed of
   * WebAssembly, resizable and growable buffers above the opening.
   */
  get nativeBytes(): number {
    return this.#numbers[1] as number;
  }

  /** Whether two readings in a row were equal; false: the rounds ran out. */
  get reached(): boolean {
    return this.#numbers[2] === 1;
  }

  /** Other threads whose garbage may stand still in what was read. */
  get uncollectedIsolates(): number {
    return this.#numbers[3] as number;
  }

  /** Has the garbage of every other observed thread collected, where it answers in time. */
  collectOthers(binding: NativeBinding): void {
    this.#numbers[3] = binding.collectIsolates();
  }

  /** Collects garbage, reads, and says whether the reading equals the one before. */
  read(binding: NativeBinding, token: WindowToken, rehearsal: boolean, again = false): boolean {
    const { program, sum, js } = binding.collectAndRead(token, rehearsal, again);
    const nativeBytes = program.liveBytes - program.olderFreedBytes + (sum.mappedOtherBytes ?? 0);
    const jsUsedBytes = js === undefined ? Number.NaN : js.usedBytes + (js.embeddedUsedBytes ?? 0);
    const equal = nativeBytes + (jsUsedBytes || 0) === this.nativeBytes + (this.jsUsedBytes || 0);
    this.#numbers[0] = jsUsedBytes;
    this.#numbers[1] = nativeBytes;
    this.#numbers[2] = equal ? 1 : 0;
    return equal;
  }
}

/**
 * At least 2 rounds, at most 10, until two readings are equal. Drains the window that was measured; before that, in a
 * window opened for nothing else, it brings the process to rest and reads the baseline in the very same way. A
 * rehearsal takes the same steps without the collections. `isResting`: it came to rest just before, so that one round is enough.
 */
export async function drain(
  host: Host,
  token: WindowToken,
  last: Stillness,
  rehearsal = false,
  isResting = false,
): Promise<void> {
  const least = isResting ? 1 : leastRounds;
  await host.turn();
  if (!rehearsal) last.collectOthers(host.binding);
  for (let round = 1; ; round += 1) {
    const equal = last.read(host.binding, token, rehearsal) || least === 1;
    if (((equal || rehearsal) && round >= least) || round === mostRounds) return;
    await host.turn();
  }
}

/**
 * One round of one collection, and a turn for the finalizers that it made due: before a window whose opening collects as often
 * as V8 likes, and for which nobody reads a baseline.
 */
export async function collectOnce(
  host: Host,
  token: WindowToken,
  last: Stillness,
  rehearsal = false,
): Promise<void> {
  if (!rehearsal) last.collectOthers(host.binding);
  last.read(host.binding, token, rehearsal, true);
  await host.turn();
}

/** At least 3 rounds, without a turn of the event loop between them: for those who may not wait. */
export function drainNow({ binding }: Host, token: WindowToken, last: Stillness, rehearsal = false): void {
  if (!rehearsal) last.collectOthers(binding);
  for (let round = 1; ; round += 1) {
    const equal = last.read(binding, token, rehearsal);
    if (((equal || rehearsal) && round >= leastRoundsAtOnce) || round === mostRounds) return;
  }
}
