// What was captured for a profile, before it has names: plain data that crosses from children. Types, and little else.
import type { NativeDescription } from '../../native/contract.js';
import type { HeapSamples } from '../../profile/heap-samples.js';
import type { JsSampling } from '../../profile/model.js';
import { defined } from '../../shapes.js';
import type { ChildVersions, ScriptText } from '../child/protocol.js';
import type { Sample } from '../result/sample.js';
import type { PassProfile } from '../window/pass.js';

/** Where JavaScript allocated, by sampling of a pass of its own; or why that is not known. */
export type HeapCapture =
  | {
      readonly samples: HeapSamples;
      /** Of the scripts in it. */
      readonly texts: readonly ScriptText[];
      readonly sampling: JsSampling;
    }
  | { readonly refusal: string };

/** The stacks of one pass, before they are named, and what that pass and its process were like. */
export interface ProfileCapture extends PassProfile {
  /** Of the scripts in it. */
  readonly texts: readonly ScriptText[];
  /** The profiled pass's own figures. */
  readonly sample: Sample;
  readonly description: NativeDescription;
  /** Of the node that measured; this one's unless given. */
  readonly versions?: ChildVersions;
  readonly flags: readonly string[];
  /** Absent if nobody asked for it. */
  readonly heap?: HeapCapture;
}

export function samplingOf(intervalBytes: number, otherThreads: number): JsSampling {
  return { intervalBytes, ...defined({ otherThreads: otherThreads === 0 ? undefined : otherThreads }) };
}
