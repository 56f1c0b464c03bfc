// What a history is made of: the runs of a branch out of the storage, the order of their commits out of git, what was
// accepted. Reads all of it and decides nothing.
import { nothingFits, satisfies } from '../../compare/where.js';
import { BenchmemError } from '../../errors.js';
import type { Accepted } from '../../history/accepted.js';
import { inCommitOrder } from '../../history/commit-order.js';
import { branchOf, runsSince } from '../../history/scope.js';
import { type History, historyOf } from '../../history/series.js';
import { commitsOf, mainBranches } from '../../runfile/commits.js';
import { dimsOf } from '../../runfile/dims.js';
import { compareCodePoints } from '../../runfile/ids.js';
import { offer } from '../../runfile/known-dims.js';
import type { RunStore, UnreadRun } from '../../runfile/store.js';
import { readAccepted } from '../accepted-file.js';
import type { World } from '../world.js';
import type { HistoryArgs } from './read.js';

export interface Loaded {
  readonly history: History;
  /** Undefined: all; null: none is known. */
  readonly branch: string | null | undefined;
  readonly unread: readonly UnreadRun[];
  readonly accepted: readonly Accepted[];
}

/** Commits that git is asked for; older ones are in the order of their times. */
const mostCommits = 10_000;

/** Throws USAGE, BAD_RUN_FILE, BAD_CONFIG. */
export async function loadHistory(args: HistoryArgs, store: RunStore, world: World): Promise<Loaded> {
  const git = world.git(world.cwd);
  const main = await mainBranches(git, args.mainBranch);
  let branch: string | null | undefined;
  const table = await store.series((heads) => {
    const usual = heads.filter(({ kind }) => kind === 'run' || kind === 'measure');
    branch = branchOf(usual, args.branch, main);
    return { metrics: args.metrics.map(({ name }) => name), branch, last: args.last };
  });
  const commits = await commitsOf(git, branch ?? undefined, mostCommits);
  const runs = runsSince(inCommitOrder(table.runs, commits), args.since, commits);
  const options = { metrics: args.metrics, commits, renames: args.renames };
  const history = historyOf({ ...table, runs }, options);
  return {
    history: { ...history, series: await asked(history, args, store) },
    branch,
    unread: table.unread,
    accepted: await readAccepted(args.storage, world.cwd),
  };
}

/** The series that the operands and conditions name. Throws USAGE for one that names none. */
async function asked(
  history: History,
  { ids, where }: HistoryArgs,
  store: RunStore,
): Promise<History['series']> {
  const known = [...new Set(history.series.map(({ id }) => id))];
  for (const id of ids) {
    if (fittingIds(known, id).length > 0) continue;
    throw new BenchmemError(
      'USAGE',
      `no benchmark of these runs is called ${id}, or has that in its id`,
      known.length === 0
        ? 'save a run with benchmem run --save NAME'
        : `the benchmarks are ${offer(id, known)}`,
    );
  }
  const named = ids.length === 0 ? known : ids.flatMap((id) => fittingIds(known, id));
  const chosen = new Set(where.length === 0 ? named : await whereFitting(named, history, where, store));
  return history.series.filter(({ id }) => chosen.has(id));
}

// A whole id means that one alone, though it stands in others.
function fittingIds(known: readonly string[], word: string): readonly string[] {
  return known.includes(word) ? [word] : known.filter((id) => id.includes(word));
}

/** The ids whose newest run says that the conditions hold. */
async function whereFitting(
  ids: readonly string[],
  { series, runs }: History,
  where: HistoryArgs['where'],
  store: RunStore,
): Promise<readonly string[]> {
  const newest = new Map<string, number>();
  for (const { id, points } of series)
    newest.set(id, Math.max(newest.get(id) ?? -1, points.at(-1)?.run ?? -1));
  const keyed = [];
  for (const at of new Set(newest.values())) {
    const head = runs[at]?.head;
    if (head === undefined) continue;
    const { file } = await store.read(head);
    const own = new Map(file.benchmarks.map((benchmark) => [benchmark.fullname, benchmark]));
    for (const id of ids) {
      const benchmark = newest.get(id) === at ? own.get(id) : undefined;
      if (benchmark !== undefined) keyed.push({ id, dims: dimsOf(benchmark) });
    }
  }
  const found = keyed.filter((each) => where.every((condition) => satisfies(condition, each)));
  if (found.length === 0) throw nothingFits(where, keyed);
  return found.map(({ id }) => id).sort(compareCodePoints);
}
