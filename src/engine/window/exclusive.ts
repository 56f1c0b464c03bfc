// One measurement at a time in a process, and whose turn it is: a second one would land in the first one's window.
// Knows no window: who has the process opens one.
import { BenchmemError } from '../../errors.js';
import type { NativeBinding } from '../../native/contract.js';
import { thisProcess } from '../host.js';
import type { Sample } from '../result/sample.js';

export interface HoldOptions {
  /** This holder gives way to the next one that asks: it is told, and no longer has the process. */
  readonly yields?: (() => void) | undefined;
  /** Told what was measured by whom this holder gave way to. */
  readonly measured?: ((sample: Sample) => void) | undefined;
}

interface Turns {
  holder: HoldOptions | undefined;
  /** The last one that gave way. */
  displaced: HoldOptions | undefined;
  /** Who waits, in order. */
  readonly waiting: (() => void)[];
}

// WHY: it stands on the addon's exports, because the package's CommonJS twin, and each context of a test runner, has modules and
// a global object of its own, but every one of them in this thread gets the same addon.
const key = Symbol.for('benchmem.turn');

/** Runs `body` alone. Throws WINDOW_OPEN while another body runs. */
export async function exclusively<T>(binding: NativeBinding, body: () => Promise<T>): Promise<T> {
  const release = hold({}, binding);
  try {
    return await body();
  } finally {
    release();
  }
}

/** Takes the process until the answer is called. Throws WINDOW_OPEN while somebody who does not yield has it. */
export function hold(options: HoldOptions = {}, binding: NativeBinding = thisProcess().binding): () => void {
  const turns = turnsOf(binding);
  const { holder } = turns;
  if (holder !== undefined) {
    if (holder.yields === undefined) {
      throw new BenchmemError(
        'WINDOW_OPEN',
        'another measurement is running in this process',
        'await it before starting the next one; with { isolate: true } measurements may run side by side',
      );
    }
    turns.holder = undefined;
    turns.displaced = holder;
    holder.yields();
  }
  return take(turns, options);
}

/**
 * Waits until it is the caller's turn: those who wait get the process in the order in which they asked. One who yields
 * waits for everybody; one who does not yield waits for nobody who does. Never resolves if the caller itself has it.
 */
export function turn(
  options: HoldOptions = {},
  binding: NativeBinding = thisProcess().binding,
): Promise<() => void> {
  const turns = turnsOf(binding);
  const { holder, waiting } = turns;
  const isFree = holder === undefined || (holder.yields !== undefined && options.yields === undefined);
  if (isFree) return Promise.resolve(hold(options, binding));
  return new Promise((resolve) => {
    waiting.push(() => resolve(take(turns, options)));
  });
}

/** Tells whoever gave way last what a measurement inside it came to. */
export function tellMeasured(sample: Sample, binding: NativeBinding): void {
  turnsOf(binding).displaced?.measured?.(sample);
}

function take(turns: Turns, options: HoldOptions): () => void {
  const holder = { ...options };
  turns.holder = holder;
  if (holder.yields !== undefined) turns.displaced = undefined;
  return () => {
    if (turns.holder !== holder) return; // It gave way, or gave the process back before.
    turns.holder = undefined;
    turns.waiting.shift()?.();
  };
}

function turnsOf(binding: NativeBinding & { [key]?: Turns }): Turns {
  binding[key] ??= { holder: undefined, displaced: undefined, waiting: [] };
  return binding[key];
}
