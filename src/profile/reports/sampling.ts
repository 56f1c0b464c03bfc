// How far an estimate by V8's sampler may be from the truth, and what to know before it is read. Pure.
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { JsSampling, ProfileMeta } from '../model.js';

/** No object is smaller. */
const leastObjectBytes = 16;

/**
 * Two standard errors of a sum of samples at most, in bytes: 19 of 20 runs are nearer. An object of s bytes is in a sample
 * with the probability 1 - exp(-s/interval), so its variance is s * interval * x / (exp(x) - 1) with x = s/interval, which is
 * largest for the smallest object.
 */
export function samplingErrorBytes(bytes: number, sampling: JsSampling): number {
  return Math.ceil(samplingErrorFactor(sampling) * Math.sqrt(bytes));
}

/** The error of a sum is this times the root of the sum. */
export function samplingErrorFactor({ intervalBytes }: JsSampling): number {
  const least = leastObjectBytes / intervalBytes;
  return 2 * Math.sqrt((intervalBytes * least) / Math.expm1(least));
}

/** Whole sentences; none for a profile without samples. */
export function samplingRemarks({ jsSampling }: ProfileMeta, totalBytes: number): string[] {
  if (jsSampling === undefined) return [];
  const { intervalBytes, otherThreads = 0 } = jsSampling;
  const error = singleText(samplingErrorBytes(totalBytes, jsSampling), 'B');
  const remarks = [
    intervalBytes === 1
      ? 'V8 sampled every allocation on the JavaScript heap, in a pass of its own; garbage is in it.'
      : `V8 sampled one allocation per ${singleText(intervalBytes, 'B')} of the JavaScript heap, in a pass of its own: an estimate, and 19 of 20 such sums are within ${error}. Garbage is in it.`,
  ];
  if (otherThreads > 0) {
    const workers = otherThreads === 1 ? '1 worker' : `${formatCount(otherThreads)} workers`;
    remarks.push(`Only the main thread was sampled, and ${workers} ran meanwhile.`);
  }
  return remarks;
}

/** Of two profiles: how much of a change may be chance. */
export function changeRemarks(
  base: { readonly meta: ProfileMeta; readonly bytes: number },
  head: { readonly meta: ProfileMeta; readonly bytes: number },
): string[] {
  const errors = [base, head].map(({ meta: { jsSampling }, bytes }) =>
    jsSampling === undefined ? 0 : samplingErrorBytes(bytes, jsSampling),
  );
  if (base.meta.jsSampling === undefined && head.meta.jsSampling === undefined) return [];
  const error = singleText(Math.ceil(Math.hypot(...errors)), 'B');
  return [`Both sides are estimates by sampling: up to ${error} of the whole change may be chance.`];
}
