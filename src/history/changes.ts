// One figure on two sides: how far apart they are, and what to call that. Pure.
import { changeText } from '../text/numbers.js';

/** Reference and candidate in the metric's unit. */
export interface Change {
  readonly reference: number;
  readonly candidate: number;
  readonly delta: number;
  /** Null if the reference is not positive. */
  readonly pct: number | null;
  /** Reference / candidate; null unless both are positive. */
  readonly speedup: number | null;
}

export type Verdict = 'improved' | 'regressed' | 'unchanged';

// WHY: this is a percentage, because 1e-9 s would swallow 0.24 % of a benchmark of 410 ns.
const leastPercent = 1e-9;

export function changeOf(reference: number, candidate: number): Change {
  const delta = candidate - reference;
  return {
    reference,
    candidate,
    delta,
    pct: reference > 0 ? finite((delta / reference) * 100) : null,
    speedup: reference > 0 && candidate > 0 ? finite(reference / candidate) : null,
  };
}

/** Lower is better. A reference that is not positive has no percentage: then any move counts. */
export function verdictOf({ delta, pct }: Pick<Change, 'delta' | 'pct'>): Verdict {
  const moved = pct ?? delta;
  const least = pct === null ? 0 : leastPercent;
  if (moved > least) return 'regressed';
  return moved < -least ? 'improved' : 'unchanged';
}

/** `+50.0%`; undefined if there is no percentage. */
export function percentText({ pct }: Pick<Change, 'pct'>): string | undefined {
  return pct === null ? undefined : changeText(pct);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
