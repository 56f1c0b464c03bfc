// What a leak check says: its verdict, from how many calls, and which native stacks hold what leaked.
import type { TopAllocation } from '../../profile/reports/top-stacks.js';
import type { KeptObjects } from './leak-objects.js';
import type { LeakVerdict } from './leak-rule.js';

export interface LeakReport extends LeakVerdict {
  /** Rounds that were judged: the warm-up is not among them. */
  readonly rounds: number;
  /** Calls that were judged, and those of the warm-up. A cache of more entries than that looks like a leak. */
  readonly calls: number;
  /** The native stacks that leak, the largest first; bytes and counts are per call. Absent if native memory does not leak. */
  readonly sites?: readonly TopAllocation[];
  /** The objects on the JavaScript heap that were not left out, most bytes first; only if `filterObjects` was given. */
  readonly objects?: readonly KeptObjects[];
  /** Why the stacks of a native leak are not known. */
  readonly sitesRefused?: string;
}
