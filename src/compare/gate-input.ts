// What a gate is asked, and the pairs that it judges. Types only.
import type { OwnThreshold } from './gate-rules.js';
import type { Entry } from './series.js';
import type { Threshold } from './threshold.js';

export interface GateOptions {
  readonly thresholds: readonly Threshold[];
  readonly failOnMissing?: boolean;
  readonly allowMixed?: boolean;
  readonly allowPartial?: boolean;
  readonly allowUnseen?: boolean;
  /** Between 0 and 1; absent: the plain rule. */
  readonly confidence?: number;
}

/** A benchmark under a rule, with both headlines. */
export interface Pair {
  readonly id: string;
  readonly base: Entry;
  readonly head: Entry;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limits: readonly (Threshold | OwnThreshold)[];
}
