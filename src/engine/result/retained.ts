// What the passes of a measurement retained, as its result holds it and as its warnings tell it. Pure.

import { defined, notEmpty } from '../../shapes.js';
import { type RetainedHeadline, retainedHeadline } from '../../stats/retained.js';
import { seriesOf } from './blob.js';
import { resolutionOf } from './resolution.js';
import type { Sample } from './sample.js';

export interface Taken {
  readonly samples: readonly Sample[];
  /** Of these passes and further ones; absent if there were none. */
  readonly retained?: readonly number[] | undefined;
  readonly yields: boolean;
  /** Each pass was taken in a process of its own. */
  readonly cold?: boolean;
}

export interface Settled {
  /** Without what stands in a series of its own. */
  readonly samples: readonly Sample[];
  readonly unaligned: { readonly retained_bytes?: number[] };
  readonly resolution?: Record<string, number>;
  /** Absent if nothing retained was measured. */
  readonly headline?: RetainedHeadline;
}

export function settleRetained({ samples, retained, yields, cold = false }: Taken): Settled {
  const series = retained ?? seriesOf(samples, 'retained_bytes');
  const resolution = resolutionOf(samples[0] ?? {}, yields);
  const rule = { resolution: resolution.retained_bytes ?? 0, separate: cold };
  return {
    samples: retained === undefined ? samples : samples.map(({ retained_bytes, ...others }) => others),
    unaligned: defined({ retained_bytes: retained && [...retained] }),
    ...defined({
      resolution: notEmpty(resolution),
      headline: series && retainedHeadline(series, rule),
    }),
  };
}
