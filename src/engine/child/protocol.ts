// What the parent and a measuring child say to each other, in structured clone.
// INVARIANT: nothing is sent while a window is open.
import { describeError, type ErrorText, headline } from '../../error-text.js';
import { BenchmemError } from '../../errors.js';
import type { NativeDescription, ThreadFilter } from '../../native/contract.js';
import type { HeapSamples } from '../../profile/heap-samples.js';
import { defined } from '../../shapes.js';
import type { Loadable } from '../modules/module-action.js';
import type { PassFacts } from '../result/facts.js';
import type { ObjectSitesBlob, RetainersBlob } from '../result/fields.js';
import type { ExtraKind, PassKind, Sample } from '../result/sample.js';
import type { PassProfile } from '../window/pass.js';
import type { LoopRule } from '../window/repeats.js';

/** The descriptor at which a child finds its parent. */
export const channelDescriptor = 3;

/** Parent to child, once, at its start. */
export interface ChildPlan {
  readonly benchmem: 'plan';
  readonly kind: PassKind;
  readonly action: Loadable;
  readonly setup?: Loadable;
  readonly warmup: number;
  readonly calls: number;
  readonly threads: ThreadFilter;
  readonly settle: boolean;
  readonly loop: LoopRule;
  /** Takes further passes where the first ones retain too differently to say what stays. */
  readonly seeksRetained?: boolean;
  /** The child keeps the stacks of one pass, its last, after so many others; absent: of none. */
  readonly passesBefore?: number;
  /** A peak child that tells what was allocated and retained, too: there is no accounting child. */
  readonly quick?: boolean;
  /** What is measured is the loading of the action's module. */
  readonly loads?: boolean;
  /** A CommonJS module whose `resolveCalls` finds what to call, in the place of the loading of exports. */
  readonly resolver?: string;
  /** What private allocators map is a figure; the child's environment holds their switches. */
  readonly exposePrivate?: boolean;
  /** The addon's file, as the parent found it. */
  readonly addon?: string;
  /** What an earlier child read of this engine's symbols, or room for what this one reads of them. */
  readonly engineSymbols?: Uint8Array;
  /** What LD_PRELOAD is for the user's code; absent: not set. */
  readonly userPreload?: string;
  /** As in `AnyPlan`. */
  readonly timeoutMs?: number;
}

/** What any plan says to whoever only carries it. */
export interface AnyPlan {
  readonly benchmem: 'plan';
  /** What the child does, as errors name it. */
  readonly kind: string;
  /** When the child gives up a promise that has not settled; whoever starts it adds this. */
  readonly timeoutMs?: number;
}

/** Which Node the child is. */
export interface ChildVersions {
  readonly node: string;
  readonly v8: string;
}

/** Child to parent, first of all: nothing in it hangs that is loaded before us. */
export interface StartedMessage {
  readonly benchmem: 'started';
}

/** Child to parent, between passes. */
export interface ProgressMessage {
  readonly benchmem: 'progress';
  readonly passes: number;
  /** Absent if the child measures no memory. */
  readonly peakBytes?: number;
}

/** The text of a script that a profile's frames are of. */
export interface ScriptText {
  /** As in `ProfileReading.functionScripts`. */
  readonly scriptId: number;
  /** '' for evaluated code, unless it names itself. */
  readonly url: string;
  /** Where the text begins in what `url` names, from 0: `lineOffset` and `columnOffset` of `vm`. */
  readonly line: number;
  readonly column: number;
  /** Absent: the file that `url` names holds it. */
  readonly text?: string;
  /** As the script says it; it may be a whole map, as `data:`. */
  readonly sourceMapUrl?: string;
}

/** What V8's sampler saw of one pass, and the texts of its scripts. */
export interface SampledHeap {
  readonly samples: HeapSamples;
  readonly texts: readonly ScriptText[];
  /** Workers that ran meanwhile: their heaps are not in it. */
  readonly otherThreads: number;
}

/** Child to parent, once, after the last pass. */
export interface ResultMessage {
  readonly benchmem: 'result';
  readonly samples: readonly Sample[];
  /** What these passes and the further ones retained; absent if none was taken for it. */
  readonly retained?: readonly number[];
  readonly facts: PassFacts;
  readonly description: NativeDescription;
  readonly versions?: ChildVersions;
  /** For the plans of later children, which then need not read them. */
  readonly engineSymbols?: Uint8Array;
  /** The stacks of a profile child's last pass, the only one in `samples`, and the texts of their scripts. */
  readonly profile?: PassProfile & { readonly texts: readonly ScriptText[] };
  /** What the resolver's calls had to say. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

/** Child to parent, once: whatever kind of child it is. */
export interface AnyResult {
  readonly benchmem: 'result';
}

/** Parent to the child of an opt-in pass: resident memory, object counts or their sites, what a profile samples. */
export interface ExtraPlan {
  readonly benchmem: 'plan';
  readonly kind: ExtraKind;
  readonly action: Loadable;
  readonly setup?: Loadable;
  readonly loads?: boolean;
  readonly resolver?: string;
  readonly warmup: number;
  readonly calls: number;
  /** Of the sampling of allocations, in bytes. */
  readonly intervalBytes?: number;
  /** Calls in a pass of the measurement that this child belongs to. */
  readonly passCalls?: number;
  /** The most that the JavaScript heap may hold for a snapshot of it to be taken, in bytes. */
  readonly maxHeapBytes?: number;
  /** As in `AnyPlan`. */
  readonly timeoutMs?: number;
}

/** The answer of such a child. */
export interface ExtraResult {
  readonly benchmem: 'result';
  /** The process's resident high-water mark over the call, in bytes; absent if the system hides it. */
  readonly rssBytes?: number;
  /** Why it is hidden. */
  readonly refusal?: string;
  /** Collections from the one that opens the counting to the one that ends it, and whether all of them were full. */
  readonly collections?: number;
  readonly onlyFull?: boolean;
  /** Absent if this node has no inspector: `refusal` says why. */
  readonly sites?: ObjectSitesBlob;
  /** Absent if this node has no inspector: `refusal` says why. */
  readonly heap?: SampledHeap;
  /** Absent if no snapshot could be taken: `refusal` says why. */
  readonly retainers?: RetainersBlob;
}

/** Child to parent, instead of a result. */
export interface FailureMessage {
  readonly benchmem: 'failure';
  /** An error code of this package. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly cause?: ErrorText;
}

export type ChildMessage = ProgressMessage | ResultMessage | FailureMessage;

/** Whatever else comes through the channel is not ours: user code may write to any descriptor. */
export function isChildMessage(message: unknown): message is ChildMessage {
  return ['progress', 'result', 'failure'].includes(tagOf(message));
}

export function isChildPlan(message: unknown): message is ChildPlan {
  return tagOf(message) === 'plan';
}

/** What a child reports of an error; one of the user's own is the action's. */
export function failureOf(error: unknown): FailureMessage {
  if (error instanceof BenchmemError) {
    const { code, message, hint, cause } = error;
    return {
      benchmem: 'failure',
      code,
      message,
      hint,
      ...defined({ cause: cause === undefined ? undefined : describeError(cause) }),
    };
  }
  const cause = describeError(error);
  return {
    benchmem: 'failure',
    code: 'ACTION_FAILED',
    message: `the action threw: ${cause.message === '' ? headline(cause) : cause.message}`,
    hint: 'see the cause',
    cause,
  };
}

/** The error for an event loop that is empty while the action's promise is pending. */
export function neverSettled(): BenchmemError {
  return new BenchmemError(
    'ACTION_NEVER_SETTLED',
    'the promise of the action or its setup never settles: nothing is left that could settle it',
    'resolve it, or keep what will resolve it alive (an unref-ed timer does not)',
  );
}

function tagOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return '';
  const { benchmem } = message as { benchmem?: unknown };
  return typeof benchmem === 'string' ? benchmem : '';
}
