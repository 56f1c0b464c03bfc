// What was still held after the action and all collections, by the line that allocated it. Pure.
import { defined } from '../../shapes.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { Profile } from '../model.js';
import { figuresFor, totalOf } from './metrics.js';
import { type Site, sitesOf } from './sites.js';

export interface LeakRow extends Site {
  readonly bytes: number;
  readonly blocks?: number;
  /** Of the same line in the whole pass: `blocks` of them were not freed. */
  readonly allocations?: number;
}

export interface LeaksReport {
  /**
   * The sum of all rows. WHY: it is gross, because it says what was allocated in the pass and is held. `retained` is net, because
   * blocks from before the pass that were freed in it (`olderFreedBytes`) are subtracted there.
   */
  readonly bytes: number;
  readonly blocks?: number;
  readonly olderFreedBytes?: number;
  /** How often the action ran: what grows with it is a leak, and what does not is a cache. */
  readonly calls?: number;
  readonly rows: readonly LeakRow[];
}

/** Throws NOT_MEASURED. */
export function leaks(profile: Profile): LeaksReport {
  const { value } = figuresFor(profile, 'leaked');
  const rows = sitesOf(profile, value).map(
    (site): LeakRow => ({
      ...site,
      bytes: site.figures.liveBytes ?? 0,
      ...defined({ blocks: site.figures.liveBlocks, allocations: site.figures.allocations }),
    }),
  );
  return {
    bytes: totalOf(profile, value) ?? 0,
    ...defined({
      blocks: totalOf(profile, 'liveBlocks'),
      olderFreedBytes: profile.meta.olderFreedBytes,
      calls: profile.meta.calls,
    }),
    rows,
  };
}

/** Whole sentences on how the sums are to be read. */
export function leakRemarks({ calls, olderFreedBytes = 0 }: LeaksReport): string[] {
  const remarks: string[] = [];
  if (calls === 1) remarks.push('The action ran once: what it keeps for later calls is here, too.');
  else if (calls !== undefined) {
    remarks.push(
      `The action ran ${formatCount(calls)} times: what grows with the calls is a leak, and what does not is kept for later ones.`,
    );
  }
  if (olderFreedBytes > 0) {
    remarks.push(
      `These sums are gross. ${singleText(olderFreedBytes, 'B')} from before the pass were freed in it, which \`retained\` subtracts.`,
    );
  }
  remarks.push(
    'Which JavaScript objects stay, and what keeps them, is said by benchmem measure --retainers.',
  );
  return remarks;
}
