// Which saved runs may go: old ones that nobody named, accepted a step of, or would compare with. Pure.
import { isWhole, type RunHead } from '../runfile/heads.js';
import { millisecondsOf } from '../runfile/times.js';
import { type Accepted, isCommit } from './accepted.js';

export interface PruneRules {
  /** So many of the newest runs of a machine stay. */
  readonly keep: number;
  /** And so many of each branch. */
  readonly keepPerBranch: number;
  /** Only runs that were measured longer ago go; undefined: any. */
  readonly olderThanMs: number | undefined;
}

/** The runs that go, in the order of `heads`, which stand oldest first. */
export function prunable(
  heads: readonly RunHead[],
  { keep, keepPerBranch, olderThanMs }: PruneRules,
  accepted: readonly Accepted[],
  nowMs: number,
): readonly RunHead[] {
  const kept = new Set<RunHead>();
  const newest = new Map<string, number>();
  const countsAmong = (key: string, most: number): boolean => {
    const count = (newest.get(key) ?? 0) + 1;
    newest.set(key, count);
    return count <= most;
  };
  for (const head of [...heads].reverse()) {
    const { folder, kind, branch = null } = head;
    const machine = JSON.stringify([folder, kind]);
    const own = JSON.stringify([folder, kind, branch]);
    const isNew = countsAmong(machine, keep);
    const isNewOfBranch = countsAmong(own, keepPerBranch);
    // WHY: this is asked beside the number, because the newest whole run is what the next one is compared with, whatever came
    // after it.
    const isNewestWhole = isWhole(head, kind) && countsAmong(`whole ${own}`, 1);
    if (isNew || isNewOfBranch || isNewestWhole) kept.add(head);
  }
  return heads.filter(
    (head) =>
      head.number !== undefined &&
      !kept.has(head) &&
      !isNamed(head) &&
      !accepted.some(({ commit }) => isCommit(head.commit, commit)) &&
      (olderThanMs === undefined || nowMs - millisecondsOf(head.datetime) > olderThanMs),
  );
}

const savedByItself = /^(?:[0-9a-f]{7,64}|unversioned)_\d{8}_\d{6}(?:_uncommitted-changes)?$/i;

/** True for a run that somebody gave a name. */
function isNamed({ stem }: RunHead): boolean {
  const name = stem.slice(stem.indexOf('_') + 1);
  return !savedByItself.test(name);
}
