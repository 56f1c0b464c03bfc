// What an allocation profile is once every frame has a name: stacks with their figures, and what is said of the whole.
// Types and the list of figures only. Bytes are requested bytes.

export type FrameKind = 'js' | 'native' | 'builtin' | 'collector' | 'wasm' | 'thread' | 'special';

/** One frame. INVARIANT: no field holds a path of the machine or an address that differs between two runs. */
export interface ProfileFrame {
  readonly kind: FrameKind;
  readonly name: string;
  /** JavaScript: relative to the project, `node_modules/…` from the last such folder on, `node:…`, or a name as V8 has it. */
  readonly file?: string;
  /** The line that was being executed; from 1, as is the column. */
  readonly line?: number;
  readonly column?: number;
  /** The line on which the function begins. */
  readonly functionLine?: number;
  /** The package whose code this is, scope included. */
  readonly package?: string;
  /** Native: the call's address in its object, as the object's symbol table counts. */
  readonly address?: number;
  /** Native: the shared object, named as `file` is. */
  readonly object?: string;
  /** `code`: the step to its caller was found by reading machine code, because the object has no unwind table for it. */
  readonly rule?: 'code';
}

/** In the order in which the addon gives them. */
export const nativeFigureNames = [
  'allocations',
  'bytes',
  'temporary',
  'liveBlocks',
  'liveBytes',
  'peakBlocks',
  'peakBytes',
  'sumBlocks',
  'sumBytes',
] as const;

/** `jsBytes` is what V8's sampler says that a function allocated on the JavaScript heap: an estimate, of another pass. */
export const figureNames = [...nativeFigureNames, 'jsBytes'] as const;

export type FigureName = (typeof figureNames)[number];

/**
 * Of one stack. `live…` is what was still held after draining, `peak…` its share of the mark of native memory alone,
 * `sum…` its share of the mark of native memory and the JavaScript heap together. Stacks of native allocations have no
 * `jsBytes`, and stacks of samples nothing else. One that was not measured is absent.
 */
export type StackFigures = { readonly [Name in FigureName]?: number };

export interface ProfileStack {
  /** Leaf first; the outermost one is the thread. */
  readonly frames: readonly ProfileFrame[];
  readonly figures: StackFigures;
}

/** A shared object that frames name. */
export interface ProfileObject {
  readonly name: string;
  readonly buildId?: string;
}

/** By how the step to the caller was found. */
export interface FrameRules {
  readonly table: number;
  /** Absent if no machine code is read: code without an unwind table is then left by its frame pointers alone. */
  readonly code?: number;
  readonly pointer: number;
}

/** What a reader of such a profile must know; undefined if code was read, or nobody says how frames were left. */
export function unreadCodeNote(rules: FrameRules | undefined): string | undefined {
  if (rules === undefined || rules.code !== undefined) return undefined;
  return 'code without an unwind table was left by its frame pointers alone, because benchmem reads machine code on x86-64 only';
}

export interface ProfileMeta {
  readonly schema: 1;
  readonly id: string;
  /** As the run file has it. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Of the profiled pass: the mark of the combined sum, and its parts at that instant. */
  readonly peakBytes?: number;
  readonly nativeAtPeakBytes?: number;
  readonly jsAtPeakBytes?: number;
  readonly mappedOtherAtPeakBytes?: number;
  /** Of the profiled pass: the mark of native memory alone. */
  readonly nativePeakBytes?: number;
  /** What the run itself reported as the peak: the lowest of its passes, of which the profiled one is none. */
  readonly runPeakBytes?: number;
  /** Blocks from before the window that were freed inside it: what `live…`, which is gross, does not subtract. */
  readonly olderFreedBytes?: number;
  /** How often the action ran in the profiled pass. */
  readonly calls?: number;
  /** False if native frames were left out. */
  readonly native?: boolean;
  /** Stacks whose outermost frames could not be found, or are more than a profile holds. */
  readonly truncatedStacks?: number;
  readonly frameRules?: FrameRules;
  /** Why there are no JavaScript frames; absent if there are. */
  readonly jsFramesRefused?: string;
  /** How the JavaScript heap was sampled; absent if it was not. */
  readonly jsSampling?: JsSampling;
  /** Why it was not, where it should have been. */
  readonly jsSamplesRefused?: string;
  /** True if another tool wrote it: then `sum…` is what was in use when it was taken, and the id is empty. */
  readonly foreign?: boolean;
}

/** Of the pass whose JavaScript allocations were sampled: one more, so that it changes no native figure. */
export interface JsSampling {
  /** How many allocated bytes lie between two samples on average; 1: every allocation is one. */
  readonly intervalBytes: number;
  /** Workers that ran meanwhile: only the main thread was sampled. */
  readonly otherThreads?: number;
}

export interface Profile {
  readonly meta: ProfileMeta;
  /** The figures that were measured. */
  readonly figures: readonly FigureName[];
  /** Node first. */
  readonly objects: readonly ProfileObject[];
  /** In the canonical order: by their frames from the outermost one on. */
  readonly stacks: readonly ProfileStack[];
}
