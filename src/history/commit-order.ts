// The order of runs in a history: that of their commits. Pure.
import { compareHeads, type RunHead } from '../runfile/heads.js';
import { compareTimes } from '../runfile/times.js';

/**
 * Runs by their commit's time, then as a listing orders them; those whose commits stand in `commits` (newest first, as
 * `git rev-list --first-parent` prints them) are put in that order among each other. One run never depends on another's clock.
 */
export function inCommitOrder<Run extends { readonly head: RunHead }>(
  runs: readonly Run[],
  commits: readonly string[] = [],
): Run[] {
  const sorted = [...runs].sort(
    ({ head: one }, { head: other }) => compareTimes(timeOf(one), timeOf(other)) || compareHeads(one, other),
  );
  const ages = new Map(commits.map((commit, age) => [commit, age]));
  const ageOf = ({ head: { commit } }: Run) => (commit === undefined ? undefined : ages.get(commit));
  // WHY: runs with a commit are sorted among their own slots, because to compare some by commit and others by time is no order:
  // it can go round in a circle.
  const slots = [...sorted.keys()].filter((at) => ageOf(sorted[at] as Run) !== undefined);
  const known = slots.map((at) => sorted[at] as Run);
  known.sort((one, other) => (ageOf(other) ?? 0) - (ageOf(one) ?? 0) || compareHeads(one.head, other.head));
  for (const [index, at] of slots.entries()) sorted[at] = known[index] as Run;
  return sorted;
}

function timeOf({ commitTime, datetime }: RunHead): string | undefined {
  return commitTime ?? datetime;
}
