// What kind of thread allocated: the outermost native functions of its stacks say so. Threads of one kind are one frame,
// except for workers, which are numbered by birth. Pure.
import type { ProfileFrame } from '../model.js';

export type ThreadClass = 'main' | 'worker' | 'pool' | 'other';

const signs: ReadonlyArray<readonly [RegExp, ThreadClass]> = [
  [/\bnode::worker::Worker::/, 'worker'],
  [/\bnode::Start\b|^main$|^_start$/, 'main'],
  [/^worker$|\buv__work|^uv__fs_work$/, 'pool'],
];

/** The class that one stack shows; undefined if it shows none. Leaf first. */
export function threadClassOf(frames: readonly ProfileFrame[]): ThreadClass | undefined {
  // WHY: the search begins at the outermost frame, because node::Start of an embedder's worker lies above it, not below.
  for (let at = frames.length - 1; at >= 0; at -= 1) {
    const frame = frames[at];
    if (frame?.kind === 'js') return undefined;
    if (frame?.kind !== 'native') continue;
    const sign = signs.find(([pattern]) => pattern.test(frame.name));
    if (sign !== undefined) return sign[1];
  }
  return undefined;
}

/** The frame of each thread, by its number. `classes` has those that some stack showed. */
export function threadFrames(
  threads: Iterable<number>,
  classes: ReadonlyMap<number, ThreadClass>,
): ReadonlyMap<number, ProfileFrame> {
  let workers = 0;
  const frames = new Map<number, ProfileFrame>();
  for (const thread of [...threads].sort((a, b) => a - b)) {
    const kind = classes.get(thread) ?? 'other';
    if (kind === 'worker') workers += 1;
    frames.set(thread, { kind: 'thread', name: nameOf(kind, workers) });
  }
  return frames;
}

function nameOf(kind: ThreadClass, worker: number): string {
  switch (kind) {
    case 'main':
      return 'main thread';
    case 'worker':
      return `worker ${worker}`;
    case 'pool':
      return 'libuv pool';
    default:
      return 'other threads';
  }
}
