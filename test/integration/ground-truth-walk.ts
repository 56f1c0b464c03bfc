// Writes seeded random scripts in which one thread at a time acts, so that the running maximum is known exactly.
// Must not compute any expected figure.
import {
  mallocForms,
  newForms,
  otherForms,
  patterns,
  pick,
  ScriptWriter,
  seededRandom,
} from './ground-truth-scripts.js';

interface Held {
  readonly slot: number;
  readonly freeWith: 'free' | 'delete';
}

const forms = [...mallocForms, ...otherForms, ...newForms];

/** `windows` windows of about `steps` steps; blocks stay live from one window to the next. */
export function walkScript(seed: number, windows = 3, steps = 1200): string {
  const random = seededRandom(seed);
  const writer = new ScriptWriter(2 + Math.floor(random() * 10));
  const held: Held[] = [];
  for (let window = 0; window < windows; window += 1) {
    writeSteps(writer, random, held, Math.floor(steps / 4));
    writer.mark('open');
    writeSteps(writer, random, held, steps);
    if (random() < 0.5) {
      writer.mark('drain');
      writeSteps(writer, random, held, Math.floor(steps / 4));
    }
    writer.mark('close');
  }
  return writer.text();
}

function writeSteps(writer: ScriptWriter, random: () => number, held: Held[], steps: number): void {
  writer.mark('serial');
  let left = 0;
  let thread = 'js';
  // The share of allocations drifts, so that live bytes rise and fall by whole ranges, not around one level.
  let rising = 0.6;
  for (let step = 0; step < steps; step += 1) {
    if (left === 0) {
      left = 1 + Math.floor(random() * 25);
      thread = pick(random, writer.names);
      rising = 0.3 + random() * 0.4;
    }
    left -= 1;
    writeStep(writer, random, held, thread, rising);
  }
}

function writeStep(
  writer: ScriptWriter,
  random: () => number,
  held: Held[],
  thread: string,
  rising: number,
): void {
  if (held.length === 0 || random() < rising) {
    const form = pick(random, forms);
    const slot = writer.allocate(thread, form, randomSize(random), 2 ** (4 + Math.floor(random() * 9)));
    held.push({ slot, freeWith: form.startsWith('new') ? 'delete' : 'free' });
    return;
  }
  const index = Math.floor(random() * held.length);
  const chosen = held[index];
  if (chosen === undefined) return;
  const dice = random();
  if (dice < 0.1) {
    writer.step(thread, 'fill', chosen.slot, pick(random, patterns), Math.floor(random() * 1e6));
  } else if (dice < 0.4 && chosen.freeWith === 'free') {
    writer.step(thread, 'realloc', chosen.slot, 1 + randomSize(random));
  } else {
    writer.step(thread, chosen.freeWith, chosen.slot);
    held.splice(index, 1);
  }
}

/** Mostly small, spread over the powers of two, with a large one now and then. */
function randomSize(random: () => number): number {
  const exponent = random() < 0.02 ? 16 + random() * 5 : random() * 13;
  return Math.floor(2 ** exponent) - 1;
}
