// Where the growth of resident memory went, part by part, between two snapshots. Pure.
import { type PartName, partNames, partsOf } from './levels.js';
import type { Snapshot } from './snapshot.js';
import { smallestRiseBytes } from './trend.js';

export interface Account {
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Largest first: at least 80 % of the growth, or all that is known. */
  readonly parts: ReadonlyArray<{ readonly part: PartName; readonly bytes: number }>;
  /** What no part explains; negative where more was allocated than was ever touched. */
  readonly unexplainedBytes: number;
}

const explained = 0.8;
const smallestRest = 0.05;

/** Undefined if the kernel does not say what is resident, and for growth that is too small to have parts. */
export function accountOf(first: Snapshot, last: Snapshot): Account | undefined {
  const [from, to] = [first.resident.total_bytes, last.resident.total_bytes];
  if (from === undefined || to === undefined || to - from < smallestRiseBytes) return undefined;
  const changes = changesOf(first, last);
  const known = changes.reduce((sum, { bytes }) => sum + bytes, 0);
  const growth = to - from;
  const unexplainedBytes = growth - known;
  const said = isSaid(unexplainedBytes, growth) ? unexplainedBytes : 0;
  return { fromBytes: from, toBytes: to, parts: largest(changes, growth, said), unexplainedBytes };
}

/** Whether what no part explains is large enough to be said. */
export function isSaid(unexplainedBytes: number, growth: number): boolean {
  return Math.abs(unexplainedBytes) >= growth * smallestRest;
}

function changesOf(first: Snapshot, last: Snapshot): Array<{ part: PartName; bytes: number }> {
  const [before, after] = [partsOf(first), partsOf(last)];
  return partNames.flatMap((part) => {
    const [begin, end] = [before[part], after[part]];
    if (part === 'unexplained' || begin === undefined || end === undefined || begin === end) return [];
    return [{ part, bytes: end - begin }];
  });
}

// What fell counts too where it is large: 40 MiB more of one and 20 MiB less of another are 20 MiB.
// WHY: parts are taken until the growth is explained, because a rest that is not said is explained by nothing that is.
function largest(
  changes: ReadonlyArray<{ part: PartName; bytes: number }>,
  growth: number,
  unexplained: number,
) {
  const sorted = [...changes].sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
  const taken: Array<{ part: PartName; bytes: number }> = [];
  let left = growth - unexplained;
  for (const change of sorted) {
    if (taken.length > 0 && Math.abs(left) <= growth * (1 - explained)) break;
    taken.push(change);
    left -= change.bytes;
  }
  return taken.sort((a, b) => b.bytes - a.bytes);
}
