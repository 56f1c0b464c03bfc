// What the two phases left behind, in groups: objects that hang in the same way on something older, with all that they hold.
// A group that doubles with the calls is kept by each call; one that does not was made once.
import { age } from './ages.js';
import type { Dominators } from './dominators.js';
import type { Names } from './names.js';
import type { HeapSnapshot } from './snapshot.js';
import type { Trail, Trails } from './trail.js';

export interface HeldKind {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** What one phase left behind. */
export interface PhaseSums {
  /** Objects that hang on something older. */
  readonly count: number;
  /** With all that they hold, native memory among it. */
  readonly bytes: number;
  readonly nativeBytes: number;
  /** The objects themselves, without what they hold. */
  readonly shallowBytes: number;
  /** What they hold, themselves among it. */
  readonly holds: readonly HeldKind[];
}

export interface RetainedGroup {
  readonly kind: string;
  readonly trail: Trail;
  readonly first: PhaseSums;
  readonly second: PhaseSums;
}

export interface Retained {
  readonly groups: readonly RetainedGroup[];
  /** Tables of older containers that were made anew as they grew. Bytes of both phases. */
  readonly resizedBytes: number;
  /** Code, feedback and shapes that V8 keeps. Bytes of both phases. */
  readonly ofV8Bytes: number;
}

export interface HeapView {
  readonly snapshot: HeapSnapshot;
  readonly names: Names;
  readonly trails: Trails;
  readonly dominators: Dominators;
  readonly ages: Uint8Array;
}

const none = -1;

export function groupRetained(view: HeapView): Retained {
  const { snapshot, names, ages, dominators, trails } = view;
  const tops = topsOf(view);
  const groups = new Map<string, GroupSums>();
  let resizedBytes = 0;
  let ofV8Bytes = 0;
  for (const node of dominators.order) {
    if (!isNew(ages[node])) continue;
    const top = tops[node] as number;
    const bytes = snapshot.nodeBytes[node] as number;
    if (top === none) resizedBytes += bytes;
    else if (isOfV8(top)) ofV8Bytes += bytes;
    else groupOf(top).add(view, node, node === top);
  }
  return { groups: [...groups.values()].map((group) => group.read()), resizedBytes, ofV8Bytes };

  // Also what hangs on code: its names and constants.
  function isOfV8(top: number): boolean {
    const holders = [dominators.of[top] as number, trails.before(top)];
    return names.isOfV8(top) || holders.some((holder) => holder > 0 && names.isOfV8(holder));
  }

  function groupOf(top: number): GroupSums {
    const trail = trails.to(top);
    const known = groups.get(trail.key);
    if (known !== undefined) return known;
    const group = new GroupSums(names.kind(top), trail);
    groups.set(trail.key, group);
    return group;
  }
}

function isNew(which: number | undefined): boolean {
  return which === age.first || which === age.second;
}

/**
 * Of each new node the topmost new object that holds it: one whose next holder, storage aside, is older. -1 for new storage of
 * an older container, because it grew and what it holds counts for itself.
 */
function topsOf({ snapshot, names, ages, dominators }: HeapView): Int32Array {
  const tops = new Int32Array(snapshot.nodeCount).fill(none);
  // The nearest dominator that is no storage: of storage its own, so that each is looked up once.
  const owners = new Int32Array(snapshot.nodeCount);
  for (const node of dominators.order) {
    const holder = node === 0 ? 0 : (dominators.of[node] as number);
    const owner = names.isStorage(holder) ? (owners[holder] as number) : holder;
    owners[node] = owner;
    if (!isNew(ages[node])) continue;
    if (isNew(ages[owner])) tops[node] = tops[owner] === none ? owner : (tops[owner] as number);
    else if (!names.isStorage(node)) tops[node] = node;
  }
  return tops;
}

class GroupSums {
  readonly #kind: string;
  readonly #trail: Trail;
  readonly #first = new PhaseCounter();
  readonly #second = new PhaseCounter();

  constructor(kind: string, trail: Trail) {
    this.#kind = kind;
    this.#trail = trail;
  }

  add(view: HeapView, node: number, isTop: boolean): void {
    const counter = view.ages[node] === age.first ? this.#first : this.#second;
    counter.add(view, node, isTop);
  }

  read(): RetainedGroup {
    return { kind: this.#kind, trail: this.#trail, first: this.#first.read(), second: this.#second.read() };
  }
}

class PhaseCounter {
  #count = 0;
  #bytes = 0;
  #nativeBytes = 0;
  #shallowBytes = 0;
  readonly #held = new Map<string, { count: number; bytes: number }>();

  add({ snapshot, names }: HeapView, node: number, isTop: boolean): void {
    const bytes = snapshot.nodeBytes[node] as number;
    this.#bytes += bytes;
    if (names.is(node, 'native')) this.#nativeBytes += bytes;
    if (isTop) {
      this.#count += 1;
      this.#shallowBytes += bytes;
    }
    const kind = heldKind(names, node);
    const held = this.#held.get(kind);
    if (held === undefined) this.#held.set(kind, { count: 1, bytes });
    else {
      held.count += 1;
      held.bytes += bytes;
    }
  }

  read(): PhaseSums {
    return {
      count: this.#count,
      bytes: this.#bytes,
      nativeBytes: this.#nativeBytes,
      shallowBytes: this.#shallowBytes,
      holds: [...this.#held].map(([kind, sums]) => ({ kind, ...sums })),
    };
  }
}

function heldKind(names: Names, node: number): string {
  if (names.isStorage(node)) return 'table or list';
  return names.isOfV8(node) ? 'code and shapes of V8' : names.kind(node);
}
