// Which runs and series a history is about: one branch, from a commit or a day on, of the environments that it has now. Pure.
import { BenchmemError } from '../errors.js';
import type { RunHead } from '../runfile/heads.js';
import { offer } from '../runfile/known-dims.js';
import type { SeriesRun } from '../runfile/store.js';
import { millisecondsOf } from '../runfile/times.js';
import type { History, HistorySeries } from './series.js';

/** What means every branch, or every machine. */
export const everything = 'all';

/**
 * The branch of the series: the one that is asked for; else the first of `main` that some run has; else that of the newest
 * run. Null: no branch is known; undefined: all. Throws USAGE for one that no run has.
 */
export function branchOf(
  heads: readonly RunHead[],
  asked: string | undefined,
  main: readonly string[],
): string | null | undefined {
  const known = new Set(heads.flatMap(({ branch }) => branch ?? []));
  if (asked !== undefined) {
    if (known.has(asked)) return asked;
    if (asked === everything) return undefined;
    throw usage(
      `no saved run is of the branch ${asked}`,
      known.size === 0
        ? 'no run knows of a branch: leave out --branch'
        : `the branches are ${offer(asked, known)}`,
    );
  }
  return main.find((name) => known.has(name)) ?? heads.at(-1)?.branch ?? null;
}

const commitWord = /^[0-9a-f]{7,64}$/i;
const dayWord = /^\d{4}-\d\d(?:-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?$/i;

/**
 * The runs from a commit or a day on. `runs` stand in the order of their commits; `commits` are those of the branch, newest
 * first. Throws USAGE for what is neither.
 */
export function runsSince(
  runs: readonly SeriesRun[],
  since: string | undefined,
  commits: readonly string[] = [],
): readonly SeriesRun[] {
  if (since === undefined) return runs;
  if (dayWord.test(since) && Number.isFinite(millisecondsOf(since))) {
    const from = millisecondsOf(since);
    return runs.filter(({ head }) => millisecondsOf(head.commitTime ?? head.datetime) >= from);
  }
  const word = since.toLowerCase();
  if (commitWord.test(word)) {
    const first = runs.findIndex(({ head }) => head.commit?.toLowerCase().startsWith(word));
    if (first !== -1) return runs.slice(first);
    // A commit that was never measured: what came after it.
    const age = commits.findIndex((commit) => commit.toLowerCase().startsWith(word));
    const newer = new Set(commits.slice(0, Math.max(0, age)));
    if (age !== -1) return runs.filter(({ head }) => head.commit !== undefined && newer.has(head.commit));
  }
  throw usage(
    `--since ${since} is not a day, and no commit of the saved runs or of the branch`,
    'for example --since 2026-01-31, or at least 7 digits of a commit',
  );
}

export interface Scope {
  readonly series: readonly HistorySeries[];
  /** How many are of other environments. */
  readonly left: number;
}

/**
 * The series of a machine: its folder, or a part of the environment's text. Unless told, those of the environments in which
 * each metric was measured last. Throws USAGE for a machine that no series is of.
 */
export function seriesOfMachine({ runs, series }: History, machine: string | undefined): Scope {
  if (machine === everything) return { series, left: 0 };
  const isIn = machine === undefined ? isCurrent(series) : isOf(machine, runs);
  const found = series.filter(isIn);
  if (found.length === 0 && series.length > 0 && machine !== undefined) {
    const folders = new Set(runs.map(({ head }) => head.folder).filter(Boolean));
    const environments = new Set(series.map(({ environment }) => environment));
    throw usage(
      `no series is of the machine ${machine}`,
      `name a folder or a part of an environment, such as ${offer(machine, [...folders, ...environments])}`,
    );
  }
  return { series: found, left: series.length - found.length };
}

type Fits = (series: HistorySeries) => boolean;

function isOf(machine: string, runs: History['runs']): Fits {
  const word = machine.toLowerCase();
  return ({ environment, points }) =>
    environment.toLowerCase().includes(word) || points.some(({ run }) => runs[run]?.head.folder === machine);
}

function isCurrent(series: readonly HistorySeries[]): Fits {
  const newest = new Map<string, { readonly run: number; readonly environments: Set<string> }>();
  for (const { metric, environment, points } of series) {
    const run = points.findLast(({ isHollow }) => !isHollow)?.run ?? -1;
    const found = newest.get(metric.name);
    if (found === undefined || run > found.run) {
      newest.set(metric.name, { run, environments: new Set([environment]) });
    } else if (run === found.run) found.environments.add(environment);
  }
  return ({ metric, environment }) => newest.get(metric.name)?.environments.has(environment) === true;
}

function usage(message: string, hint: string): BenchmemError {
  return new BenchmemError('USAGE', message, hint);
}
