// Writes the allocation scripts whose figures are known: every form, exact marks, many windows, thread filter.
// Must not compute any expected figure. The text format: test/addons/ground-truth/script.h.

export type Random = () => number;

/** A small seeded generator (mulberry32): the same seed writes the same script everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class ScriptWriter {
  readonly #lines: string[] = [];
  readonly threads: number;
  #slots = 0;

  constructor(threads: number) {
    this.threads = threads;
  }

  /** Thread names in a fixed order, the calling thread last. */
  get names(): string[] {
    return [...Array.from({ length: this.threads }, (_, index) => String(index)), 'js'];
  }

  slot(): number {
    this.#slots += 1;
    return this.#slots - 1;
  }

  step(thread: string, ...words: readonly (string | number)[]): void {
    this.#lines.push(`${thread} ${words.join(' ')}`);
  }

  mark(word: 'barrier' | 'serial' | 'open' | 'drain' | 'close'): void {
    this.#lines.push(word);
  }

  /** Allocates in the given form; aligned forms get a size that their standard allows. */
  allocate(thread: string, form: string, bytes: number, alignment = 64): number {
    const slot = this.slot();
    if (form === 'calloc' || form === 'reallocarray') {
      const count = bytes % 7 === 0 && bytes > 0 ? 7 : 1;
      this.step(thread, form, slot, count, bytes / count);
    } else if (form === 'memalign' || form === 'posix_memalign') {
      this.step(thread, form, slot, alignment, bytes);
    } else if (form === 'aligned_alloc' || form === 'new_aligned') {
      this.step(thread, form, slot, alignment, Math.max(1, Math.ceil(bytes / alignment)) * alignment);
    } else if (form === 'strdup' || form === 'strndup') {
      this.step(thread, form, slot, Math.min(bytes, 100_000));
    } else {
      // WHY: operator new(0) asks malloc for 1 byte or passes 0 on, as its library pleases.
      this.step(thread, form, slot, form.startsWith('new') ? Math.max(1, bytes) : bytes);
    }
    return slot;
  }

  text(): string {
    return [`threads ${this.threads}`, `slots ${this.#slots}`, ...this.#lines, ''].join('\n');
  }
}

export const mallocForms = [
  'malloc',
  'calloc',
  'realloc',
  'reallocarray',
  'memalign',
  'aligned_alloc',
] as const;
export const otherForms = ['posix_memalign', 'valloc', 'pvalloc', 'strdup', 'strndup'] as const;
export const newForms = ['new', 'newarray', 'new_nothrow', 'new_aligned'] as const;
export const patterns = ['zero', 'ones', 'small', 'random'] as const;

/** 2^k - 8 .. 2^k + 8 for the given exponents, without sizes below 0. */
export function sizesAround(from: number, to: number): number[] {
  const sizes: number[] = [];
  for (let exponent = from; exponent <= to; exponent += 1) {
    for (const offset of [-8, -1, 0, 1, 8]) {
      if (2 ** exponent + offset >= 0) sizes.push(2 ** exponent + offset);
    }
  }
  return sizes;
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const value = from[Math.floor(random() * from.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/**
 * `windows` windows of `threads` threads whose maximum is reached at one instant only: concurrent churn far below it,
 * growth of all threads at once to one byte less, down, and again to the maximum itself.
 */
export function exactMarkScript(seed: number, threads = 12, windows = 20): string {
  const random = seededRandom(seed);
  const writer = new ScriptWriter(threads);
  for (let window = 0; window < windows; window += 1) {
    writer.mark('open');
    churn(writer, random, 10, 60);
    const sizes = writer.names.map(() => Array.from({ length: 6 }, () => 500 + Math.floor(random() * 8000)));
    growAndFree(writer, sizes, 0);
    churn(writer, random, 10, 60);
    growAndFree(writer, sizes, 1);
    churn(writer, random, 10, 60);
    writer.mark('close');
  }
  return writer.text();
}

function growAndFree(writer: ScriptWriter, sizes: readonly number[][], extra: number): void {
  const slots = writer.names.map((name, index) =>
    (sizes[index] ?? []).map((bytes, at) =>
      writer.allocate(name, 'malloc', bytes + (index + at === 0 ? extra : 0)),
    ),
  );
  writer.mark('barrier');
  for (const [index, name] of writer.names.entries()) {
    for (const slot of slots[(index + 1) % slots.length] ?? []) writer.step(name, 'free', slot);
  }
  writer.mark('barrier');
}

/** Every thread allocates, reallocates and frees at will, all at once; at most `most` bytes a block. */
export function churn(writer: ScriptWriter, random: Random, steps: number, most: number): void {
  for (const name of writer.names) {
    const held: number[] = [];
    for (let step = 0; step < steps; step += 1) {
      const bytes = Math.floor(random() * most);
      const slot = held.length > 0 && random() < 0.6 ? held.shift() : undefined;
      if (slot === undefined) {
        held.push(writer.allocate(name, pick(random, mallocForms.slice(0, 4)), bytes));
      } else if (random() < 0.5) {
        writer.step(name, 'realloc', slot, bytes + 1);
        held.push(slot);
      } else {
        writer.step(name, 'free', slot);
      }
    }
    for (const slot of held) writer.step(name, 'free', slot);
  }
  writer.mark('barrier');
}

/** More windows than any epoch tag of a few bits can tell apart, with blocks that outlive hundreds of them. */
export function manyWindowsScript(windows = 1100): string {
  const writer = new ScriptWriter(0);
  const kept = new Map<number, number[]>();
  for (let window = 0; window < windows; window += 1) {
    writer.mark('open');
    const ages = [1, 2, 127, 128, 129, 254, 255, 256, 257, 510, 511, 512, 513, 514, 1023, 1024];
    kept.set(
      window,
      ages.map((age) => writer.allocate('js', 'malloc', 24 + ((window + age) % 512))),
    );
    for (const [index, age] of ages.entries()) {
      const slot = kept.get(window - age)?.[index];
      if (slot === undefined) continue;
      if ((window + age) % 3 === 0) writer.step('js', 'realloc', slot, 77);
      else writer.step('js', 'free', slot);
    }
    writer.mark('close');
  }
  return writer.text();
}

/** For a window of the calling thread only: its blocks and the other threads' change hands inside. */
export function threadFilterScript(seed: number, threads = 6): string {
  const random = seededRandom(seed);
  const writer = new ScriptWriter(threads);
  const allocateAll = (): number[][] =>
    writer.names.map((name) =>
      Array.from({ length: 60 }, (_, index) =>
        writer.allocate(name, pick(random, mallocForms), index % 10 === 0 ? 0 : Math.floor(random() * 3000)),
      ),
    );
  const older = allocateAll();
  writer.mark('open');
  const inside = allocateAll();
  writer.mark('barrier');
  for (const [index, name] of writer.names.entries()) {
    for (const slot of inside[(index + 1) % inside.length]?.slice(0, 40) ?? [])
      writer.step(name, 'free', slot);
  }
  writer.mark('barrier');
  writer.mark('serial');
  for (const [index, name] of writer.names.entries()) {
    for (const slot of inside[(index + 2) % inside.length]?.slice(40, 50) ?? [])
      writer.step(name, 'realloc', slot, 5000);
    for (const slot of older[(index + 2) % inside.length]?.slice(0, 30) ?? [])
      writer.step(name, 'realloc', slot, 900);
  }
  writer.mark('close');
  return writer.text();
}
