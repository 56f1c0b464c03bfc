// What the addon read to a profile with names: the one place in which files that a profile names are opened, at the end
// of the capture, by what it is given for it. Decides which frames are which; counts nothing.
import type { ProfileReading } from '../native/contract.js';
import { canonical } from './canonical.js';
import {
  type FigureName,
  nativeFigureNames,
  type Profile,
  type ProfileFrame,
  type ProfileMeta,
  type ProfileStack,
} from './model.js';
import { FrameNames, type NamingWorld, truncatedFrame, unknownCode } from './names/frame-names.js';
import type { RanScript } from './names/places.js';
import { type ThreadClass, threadClassOf, threadFrames } from './names/threads.js';
import { withWorkerStart, workerStart } from './names/worker-start.js';
import { profileLimits } from './pprof/size-limits.js';

/** What the measuring side knows; the rest of the meta is the reading's. */
export type MeasuredMeta = Omit<ProfileMeta, 'schema' | 'truncatedStacks' | 'frameRules' | 'jsFramesRefused'>;

export interface NamingChoice {
  /** False leaves out native frames, V8's among them. */
  readonly native?: boolean;
  /** False leaves out JavaScript frames. */
  readonly js?: boolean;
  /** Scripts as they ran, of the process that was profiled; files are read for the others. */
  readonly scripts?: readonly RanScript[];
}

/** The C library's start of a thread and of main, which has no symbol in a stripped one. */
const startingLibrary = /^lib(?:c|pthread)[-.]/;
const mostStarting = 4;

/** The profile in its canonical form. Throws TypeError for a reading whose parts do not fit together. */
export function nameStacks(
  reading: ProfileReading,
  world: NamingWorld,
  meta: MeasuredMeta,
  choice: NamingChoice = {},
): Profile {
  const names = new FrameNames(reading, world, choice.scripts);
  const paths = Array.from(reading.stacks, (node) => pathTo(reading, node));
  const threads = threadsOf(reading, paths, names);
  const workers = listenedWorkers(paths, threads, names);
  let cut = 0;
  const stacks = paths.map((path, index): ProfileStack => {
    const named = path.map((frame) => {
      const thread = names.threadOf(frame);
      return thread === undefined ? names.frameOf(frame) : (threads.get(thread) as ProfileFrame);
    });
    const started = withWorker(named, workers.get(path.at(-1) ?? -1));
    const wanted = withoutStart(started, names).filter((frame) => isWanted(frame, choice));
    const frames = innermost(wanted);
    if (frames !== wanted && !wanted.includes(truncatedFrame)) cut += 1;
    return { frames, figures: figuresOf(reading, index) };
  });
  return canonical({
    meta: {
      ...meta,
      schema: 1,
      ...(choice.native === false && { native: false }),
      truncatedStacks: reading.truncatedStacks + cut,
      frameRules: reading.frameRules,
      ...(reading.jsFramesRefused !== undefined && { jsFramesRefused: reading.jsFramesRefused }),
    },
    figures: nativeFigureNames,
    objects: names.objects(),
    stacks,
  });
}

// Leaf first, as indexes of frames.
function pathTo({ nodes, frames }: ProfileReading, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at !== 0; ) {
    const [parent, frame] = [nodes[2 * at], nodes[2 * at + 1]];
    // INVARIANT: a node stands behind its parent, so this ends.
    if (parent === undefined || frame === undefined || parent >= at || frame >= frames.length) {
      throw new TypeError(`node ${at} of a profile leads to ${parent}, frame ${frame}`);
    }
    path.push(frame);
    at = parent;
  }
  return path;
}

function threadsOf(
  { frames }: ProfileReading,
  paths: readonly (readonly number[])[],
  names: FrameNames,
): ReadonlyMap<number, ProfileFrame> {
  const classes = new Map<number, ThreadClass>();
  const threads = new Set<number>();
  for (let frame = 0; frame < frames.length; frame += 1) {
    const thread = names.threadOf(frame);
    if (thread !== undefined) threads.add(thread);
  }
  for (const path of paths) {
    const thread = names.threadOf(path.at(-1) ?? -1);
    if (thread === undefined || classes.has(thread)) continue;
    const found = threadClassOf(path.slice(0, -1).map((frame) => names.frameOf(frame)));
    if (found !== undefined) classes.set(thread, found);
  }
  return threadFrames(threads, classes);
}

// By the frame of each worker's thread: whether some stack of it has the name of a function.
function listenedWorkers(
  paths: readonly (readonly number[])[],
  threads: ReadonlyMap<number, ProfileFrame>,
  names: FrameNames,
): ReadonlyMap<number, boolean> {
  const listened = new Map<number, boolean>();
  for (const path of paths) {
    const outermost = path.at(-1) ?? -1;
    const thread = names.threadOf(outermost);
    if (thread === undefined || threads.get(thread)?.name.startsWith('worker ') !== true) continue;
    const hasName = path.slice(0, -1).some((frame) => names.frameOf(frame).kind === 'js');
    listened.set(outermost, hasName || listened.get(outermost) === true);
  }
  return listened;
}

// Undefined: the thread is no worker.
function withWorker(
  frames: readonly ProfileFrame[],
  isListenedTo: boolean | undefined,
): readonly ProfileFrame[] {
  return isListenedTo === undefined ? frames : withWorkerStart(frames, isListenedTo);
}

function withoutStart(frames: readonly ProfileFrame[], names: FrameNames): readonly ProfileFrame[] {
  const first = frames.length - 1 - mostStarting;
  return frames.filter(
    (frame, at) =>
      at < first ||
      frame.kind !== 'native' ||
      names.hasSymbol(frame) ||
      !startingLibrary.test(frame.object ?? ''),
  );
}

function isWanted(frame: ProfileFrame, { native = true, js = true }: NamingChoice): boolean {
  const { kind } = frame;
  if (kind === 'js' || kind === 'wasm' || frame === workerStart) return js;
  return native || kind === 'thread' || (kind === 'special' && frame !== unknownCode);
}

/** What a profile can hold of a stack, leaf first: a runaway recursion keeps its end, and its thread. */
export function innermost(frames: readonly ProfileFrame[]): readonly ProfileFrame[] {
  if (frames.length <= profileLimits.depth) return frames;
  return [...frames.slice(0, profileLimits.depth - 2), truncatedFrame, ...frames.slice(-1)];
}

function figuresOf({ figures }: ProfileReading, stack: number): ProfileStack['figures'] {
  const count = nativeFigureNames.length;
  const values: Partial<Record<FigureName, number>> = {};
  for (const [index, name] of nativeFigureNames.entries()) {
    const value = figures[stack * count + index];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0) {
      throw new TypeError(`stack ${stack} of a profile has ${name} ${value}`);
    }
    values[name] = value;
  }
  return values;
}
