// All saved runs as the pages need them: runs in their order, environments, and series by metric. Pure.
// INVARIANT: a board never changes; a run that was saved makes a new one.
import { isSameEnvironment } from '../runfile/environment-key.js';
import type { RunHead } from '../runfile/heads.js';
import { bracketOf, compareCodePoints } from '../runfile/ids.js';
import type { UnreadRun } from '../runfile/store.js';
import { type Metric, metrics } from '../stats/metrics.js';
import type { RunFigures } from './figures.js';

/** A permalink of a text: the same one always, another one for another text. */
export type SlugOf = (text: string) => string;

export interface BoardRun {
  readonly head: RunHead;
  readonly slug: string;
  readonly environment: BoardEnvironment;
}

/** What the figures of one series must have in common. */
export interface BoardEnvironment {
  readonly slug: string;
  /** The machine folder, the system, the runtime and the CPU. */
  readonly label: string;
  holds(head: RunHead): boolean;
}

export interface BoardSeries {
  readonly id: string;
  readonly slug: string;
  /** Oldest first. `run` is a place in the board's runs. */
  readonly points: readonly Point[];
}

export interface Point {
  readonly run: number;
  readonly value: number;
}

export class Board {
  /** Oldest first. */
  readonly runs: readonly BoardRun[];
  readonly unread: readonly UnreadRun[];
  readonly environments: readonly BoardEnvironment[];
  /** Those that some run has, in the order of the tables. */
  readonly metrics: readonly Metric[];
  /** By slug. */
  readonly ids: ReadonlyMap<string, string>;
  /** Ids without their params, by slug. */
  readonly methods: ReadonlyMap<string, string>;
  readonly #figures: readonly RunFigures[];
  readonly slugOf: SlugOf;
  readonly #series = new Map<Metric, readonly BoardSeries[]>();

  /** `figures` stand oldest first. */
  constructor(figures: readonly RunFigures[], unread: readonly UnreadRun[], slugOf: SlugOf) {
    this.#figures = figures;
    this.slugOf = slugOf;
    this.unread = unread;
    this.environments = environmentsOf(
      figures.map(({ head }) => head),
      slugOf,
    );
    this.runs = figures.map(({ head, key }) => {
      const environment = this.environments.find((each) => each.holds(head)) as BoardEnvironment;
      return { head, slug: slugOf(key), environment };
    });
    this.metrics = metrics.filter((metric) => figures.some(({ values }) => values.has(metric)));
    const ids = new Set(figures.flatMap((each) => each.ids));
    this.ids = new Map([...ids].sort(compareCodePoints).map((id) => [slugOf(id), id]));
    this.methods = new Map(
      [...new Set([...this.ids.values()].map(methodOf))].map((name) => [slugOf(name), name]),
    );
  }

  /** By code point of the ids. */
  seriesOf(metric: Metric): readonly BoardSeries[] {
    let found = this.#series.get(metric);
    if (found === undefined) {
      found = seriesIn(this.#figures, metric, this.slugOf);
      this.#series.set(metric, found);
    }
    return found;
  }

  runAt(slug: string): BoardRun | undefined {
    return this.runs.find((run) => run.slug === slug);
  }

  /** How many benchmarks of too large runs are not shown. */
  get left(): number {
    return this.#figures.reduce((sum, { left }) => sum + left, 0);
  }
}

function environmentsOf(heads: readonly RunHead[], slugOf: SlugOf): BoardEnvironment[] {
  const made: BoardEnvironment[] = [];
  // WHY those with memory figures first: a run without any belongs to an environment that has them, where there is one.
  for (const head of [...heads.filter(hasMemory), ...heads.filter((each) => !hasMemory(each))]) {
    if (made.some((each) => each.holds(head))) continue;
    const { folder, environment } = head;
    const { machine, memory } = environment;
    made.push({
      slug: slugOf(JSON.stringify([folder, machine, memory])),
      label: [folder, machine, memory].filter(Boolean).join('; '),
      holds: (other) => other.folder === folder && isSameEnvironment(other.environment, environment),
    });
  }
  return made;
}

function hasMemory({ environment }: RunHead): boolean {
  return environment.memory !== undefined;
}

function seriesIn(figures: readonly RunFigures[], metric: Metric, slugOf: SlugOf): readonly BoardSeries[] {
  const points = new Map<string, Point[]>();
  for (const [run, { ids, values }] of figures.entries()) {
    const column = values.get(metric);
    if (column === undefined) continue;
    for (const [at, id] of ids.entries()) {
      const value = column[at] as number;
      if (Number.isNaN(value)) continue;
      const series = points.get(id);
      if (series === undefined) points.set(id, [{ run, value }]);
      // WHY: a file may say one id twice; a run has one figure of it.
      else if (series.at(-1)?.run !== run) series.push({ run, value });
    }
  }
  return [...points.keys()]
    .sort(compareCodePoints)
    .map((id) => ({ id, slug: slugOf(id), points: points.get(id) ?? [] }));
}

/** An id without its params: what its cases have in common. */
export function methodOf(id: string): string {
  const bracket = bracketOf(id);
  return bracket === undefined || bracket === 0 ? id : id.slice(0, bracket);
}
