// What the query of an address says: which runs, which metric, which benchmarks. Pure.
// Only what is known is taken: a word that means nothing is left out, and never repeated.
import type { Metric } from '../stats/metrics.js';
import { metrics as allMetrics } from '../stats/metrics.js';
import type { Board, BoardEnvironment, Selection } from './board.js';

export interface Filters extends Selection {
  /** Part of an id. */
  readonly contains: string;
  /** Slugs of runs; '' for what the page chooses. */
  readonly base: string;
  readonly head: string;
  /** As they are typed; '' for the usual ones. */
  readonly group: string;
  readonly original: string;
  readonly reference: string;
}

/** The names that stand in an address, in their order. */
export const filterNames = [
  'metric',
  'machine',
  'branch',
  'q',
  'last',
  'base',
  'head',
  'group',
  'original',
  'reference',
] as const;

export type FilterName = (typeof filterNames)[number];

export const lastChoices = [50, 200, 500, 1000, 5000] as const;
const usualLast = 500;
const mostTyped = 300;

/** `said` answers what the address says under a name. */
export function readFilters(said: (name: FilterName) => string | undefined, board: Board): Filters {
  const typed = (name: FilterName) => (said(name) ?? '').slice(0, mostTyped).trim();
  const last = Number(typed('last'));
  const branch = typed('branch');
  return {
    metric: metricOf(typed('metric'), board),
    environment: environmentOf(typed('machine'), board),
    branch: branchesOf(board).includes(branch) ? branch : '',
    contains: typed('q'),
    last: lastChoices.find((choice) => choice === last) ?? usualLast,
    base: board.runAt(typed('base'))?.slug ?? '',
    head: board.runAt(typed('head'))?.slug ?? '',
    group: typed('group'),
    original: typed('original'),
    reference: typed('reference'),
  };
}

/** The filters as an address says them; what is usual is left out. */
export function queryOf(filters: Filters, board: Board): ReadonlyMap<FilterName, string> {
  const usual = readFilters(() => undefined, board);
  const texts = (of: Filters): Record<FilterName, string> => ({
    metric: of.metric.name,
    machine: of.environment?.slug ?? '',
    branch: of.branch,
    q: of.contains,
    last: String(of.last),
    base: of.base,
    head: of.head,
    group: of.group,
    original: of.original,
    reference: of.reference,
  });
  const [own, others] = [texts(filters), texts(usual)];
  return new Map(filterNames.filter((name) => own[name] !== others[name]).map((name) => [name, own[name]]));
}

/** The branches that runs name, in the order in which they came. */
export function branchesOf(board: Board): readonly string[] {
  return [...new Set(board.runs.flatMap(({ head }) => head.branch ?? []))];
}

function metricOf(name: string, { metrics }: Board): Metric {
  const named = (wanted: string) => metrics.find((metric) => metric.name === wanted);
  return named(name) ?? named('peak') ?? metrics[0] ?? (allMetrics[1] as Metric);
}

// WHY: the newest whole run decides, because it is what one looks at after a run.
function environmentOf(slug: string, board: Board): BoardEnvironment | undefined {
  const newest = board.runs.findLast(({ head }) => head.complete && !head.isShard) ?? board.runs.at(-1);
  return board.environments.find((each) => each.slug === slug) ?? newest?.environment;
}
