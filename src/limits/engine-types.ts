// The engine's types that limits speak of.
export type Tier = 'light' | 'near-live' | 'full';

/** A stack, and what it allocated. */
export interface AllocationSite {
  readonly bytes: number;
  readonly count: number;
  /** Innermost frame first. */
  readonly stack: readonly unknown[];
}

/** Bytes are per call. */
export interface LeakReport {
  readonly isLeak: boolean;
  readonly perCallBytes: number;
  readonly nativeBytes: number;
  readonly jsBytes: number;
  readonly rounds: number;
  readonly calls: number;
  readonly noisy: boolean;
  readonly noisyFloorBytes?: number;
  readonly sites?: readonly AllocationSite[];
}
