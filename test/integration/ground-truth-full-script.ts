// Writes the main ground-truth script: every allocation form, every size class edge, blocks that outlive windows.
// Must not compute any expected figure.
import {
  churn,
  mallocForms,
  newForms,
  otherForms,
  patterns,
  pick,
  type Random,
  ScriptWriter,
  seededRandom,
  sizesAround,
} from './ground-truth-scripts.js';

interface Held {
  readonly slot: number;
  readonly bytes: number;
  readonly freeWith: 'free' | 'delete';
}

const allForms = [...mallocForms, ...otherForms, ...newForms];

/** `largest`: the largest exponent of two of a block; 24 is 16 MiB. */
export function fullScript(seed: number, threads = 8, largest = 24): string {
  return new FullScript(seed, threads, largest).write();
}

class FullScript {
  readonly #writer: ScriptWriter;
  readonly #random: Random;
  readonly #largest: number;
  /** By thread name, in the order of writer.names. */
  #older: Held[][] = [];
  #held: Held[][] = [];

  constructor(seed: number, threads: number, largest: number) {
    this.#writer = new ScriptWriter(threads);
    this.#random = seededRandom(seed);
    this.#largest = largest;
  }

  write(): string {
    this.#older = this.#forEachThread((name) => this.#olderBlocks(name));
    this.#writer.mark('open');
    this.#firstWindow();
    this.#writer.mark('close');
    this.#betweenWindows();
    this.#writer.mark('open');
    this.#secondWindow();
    this.#writer.mark('close');
    this.#writer.mark('open');
    this.#endHalfOfTheThreads();
    this.#writer.mark('close');
    return this.#writer.text();
  }

  #forEachThread<T>(make: (name: string, index: number) => T): T[] {
    return this.#writer.names.map(make);
  }

  #allocate(thread: string, form: string, bytes: number): Held {
    const alignment = 2 ** (4 + Math.floor(this.#random() * 9));
    const slot = this.#writer.allocate(thread, form, bytes, alignment);
    if (this.#random() < 0.3) this.#fill(thread, slot);
    return { slot, bytes, freeWith: form.startsWith('new') ? 'delete' : 'free' };
  }

  #fill(thread: string, slot: number): void {
    this.#writer.step(thread, 'fill', slot, pick(this.#random, patterns), Math.floor(this.#random() * 1e6));
  }

  /** Every byte pattern, in blocks of every size that a block may have before the window. */
  #olderBlocks(thread: string): Held[] {
    const held = sizesAround(4, 14).map((bytes) =>
      this.#allocate(thread, pick(this.#random, allForms), bytes),
    );
    for (let index = 0; index < 120; index += 1) held.push(this.#allocate(thread, 'malloc', index));
    for (const { slot } of held) this.#fill(thread, slot);
    return held;
  }

  #firstWindow(): void {
    const { names } = this.#writer;
    this.#held = this.#forEachThread((name) => [...this.#everySize(name), ...this.#everyForm(name)]);
    this.#writer.mark('barrier');
    this.#reallocate(1, (bytes) => bytes * 2 + 1);
    this.#writer.mark('barrier');
    const large = this.#largeBlocks();
    this.#reallocOlder();
    this.#writer.mark('barrier');
    for (const [index, held] of large.entries()) {
      this.#writer.step(names[(index + 3) % names.length] ?? 'js', held.freeWith, held.slot);
    }
    this.#reallocate(2, (bytes) => Math.floor(bytes / 3) + 1);
    this.#writer.mark('barrier');
    this.#freeAcross(0.4);
    this.#writer.mark('barrier');
    churn(this.#writer, this.#random, 150, 3000);
    this.#toZero();
    this.#writer.mark('barrier');
  }

  #everySize(thread: string): Held[] {
    return sizesAround(0, 15).map((bytes) => this.#allocate(thread, 'malloc', bytes));
  }

  #everyForm(thread: string): Held[] {
    const held: Held[] = [];
    for (const form of allForms) {
      for (const bytes of [0, 1, 7, 8, 15, 16, 17, 77, 1000, 4096, 70_000]) {
        held.push(this.#allocate(thread, form, bytes));
      }
    }
    this.#writer.step(thread, 'free_null');
    this.#writer.step(thread, 'fail_malloc', '9223372036854775807');
    this.#writer.step(thread, 'fail_malloc', '18446744073709551615');
    this.#writer.step(thread, 'fail_calloc', '4294967296', '4294967296');
    this.#writer.step(thread, 'fail_realloc', held[3]?.slot ?? 0, '9223372036854775807');
    this.#writer.step(thread, 'fail_posix_memalign', 24, 100);
    return held;
  }

  /** One of each size up to the largest, dealt out to the threads. */
  #largeBlocks(): Held[] {
    const { names } = this.#writer;
    const forms = ['malloc', 'calloc', 'memalign', 'posix_memalign', 'new', 'aligned_alloc', 'realloc'];
    return sizesAround(16, this.#largest).map((bytes, index) => {
      const form = forms[index % forms.length] ?? 'malloc';
      return this.#allocate(names[index % names.length] ?? 'js', form, bytes);
    });
  }

  /** realloc is for malloc's blocks only; new sizes by `size`, done by the thread `shift` further. */
  #reallocate(shift: number, size: (bytes: number) => number): void {
    const owners = this.#held;
    this.#held = this.#forEachThread((name, index) =>
      (owners[(index + shift) % owners.length] ?? []).map((held) => {
        if (held.freeWith === 'delete' || this.#random() < 0.4) return held;
        const bytes = size(held.bytes);
        this.#writer.step(name, 'realloc', held.slot, bytes);
        return { ...held, bytes };
      }),
    );
  }

  #reallocOlder(): void {
    this.#forEachThread((name, index) => {
      const mine = this.#older[(index + 1) % this.#older.length] ?? [];
      for (const [at, held] of mine.entries()) {
        if (held.freeWith === 'delete' || at % 3 !== 0) continue;
        this.#writer.step(name, 'realloc', held.slot, 1 + Math.floor(this.#random() * 5000));
      }
    });
  }

  /** Frees a part of the window's blocks, and a third of the older ones, each on another thread than its owner. */
  #freeAcross(share: number): void {
    this.#held = this.#shareAcross(this.#held, () => this.#random() < share);
    this.#older = this.#shareAcross(this.#older, (at) => at % 3 === 1);
  }

  #shareAcross(owners: readonly Held[][], chosen: (at: number) => boolean): Held[][] {
    return this.#forEachThread((name, index) =>
      (owners[(index + 1) % owners.length] ?? []).filter((held, at) => {
        if (!chosen(at)) return true;
        this.#writer.step(name, held.freeWith, held.slot);
        return false;
      }),
    );
  }

  #toZero(): void {
    this.#forEachThread((name, index) => {
      const last = this.#held[index]?.findLast((held) => held.freeWith === 'free');
      if (last === undefined) return;
      this.#writer.step(name, 'realloc', last.slot, 0);
      this.#held[index] = this.#held[index]?.filter((held) => held !== last) ?? [];
    });
  }

  /** Blocks of the first window grow, shrink and go outside any window. */
  #betweenWindows(): void {
    this.#reallocate(1, (bytes) => Math.ceil(bytes * 1.5) + 1);
    this.#writer.mark('barrier');
    this.#freeAcross(0.2);
  }

  #secondWindow(): void {
    this.#reallocate(3, (bytes) => bytes + 100);
    this.#writer.mark('barrier');
    this.#freeAcross(0.3);
    this.#writer.mark('barrier');
    const inside = this.#forEachThread((name) => this.#everyForm(name));
    this.#writer.mark('drain');
    this.#held = inside;
    this.#freeAcross(0.5);
    this.#writer.mark('barrier');
    this.#reallocate(1, (bytes) => bytes + 9);
    this.#forEachThread((name) => {
      const late = this.#everyForm(name);
      for (const held of late) this.#writer.step(name, held.freeWith, held.slot);
    });
  }

  /** Half of the threads end inside the window; the others free what those leave behind. */
  #endHalfOfTheThreads(): void {
    const left = this.#forEachThread((name) => this.#everyForm(name));
    for (let index = 0; index < this.#writer.threads; index += 2) this.#writer.step(String(index), 'exit');
    this.#writer.mark('barrier');
    for (let index = 1; index < this.#writer.threads; index += 2) {
      for (const held of left[index - 1] ?? []) this.#writer.step(String(index), held.freeWith, held.slot);
    }
  }
}
