// All saved runs as the pages need them: runs as they were measured, environments, and histories of what the filters leave. Pure.
// INVARIANT: a board never changes, except that it keeps the histories that it made; a run that was saved makes a new one.
import { type History, type HistoryRun, historyOf } from '../history/series.js';
import { type Shift, type SteppedSeries, shiftsOf, withSteps } from '../history/series-steps.js';
import { isSameEnvironment } from '../runfile/environment-key.js';
import type { RunHead } from '../runfile/heads.js';
import { bracketOf, compareCodePoints } from '../runfile/ids.js';
import type { Rename } from '../runfile/renames.js';
import type { SeriesRun, SeriesTable, UnreadRun } from '../runfile/store.js';
import { type Metric, metrics } from '../stats/metrics.js';

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

export interface BoardSeries extends SteppedSeries {
  readonly slug: string;
}

/** Which runs and which metric; `branch` '' is every branch. */
export interface Selection {
  readonly metric: Metric;
  readonly environment: BoardEnvironment | undefined;
  readonly branch: string;
  /** Only so many of the newest runs. */
  readonly last: number;
}

/** The history of a selection. */
export interface Scope {
  /** In the order of their commits: the points of the series name places in it. */
  readonly runs: readonly BoardRun[];
  /** The same runs as they were measured. */
  readonly measured: readonly BoardRun[];
  readonly series: readonly BoardSeries[];
  /** Runs at which most series step, so that the machine may be why. */
  readonly shifts: readonly Shift[];
  /** By places in `runs`. */
  readonly facts: readonly HistoryRun[];
}

export interface BoardSource {
  readonly table: SeriesTable;
  readonly renames: readonly Rename[];
  readonly slugOf: SlugOf;
  /** A run file's path below the storage. */
  keyOf(path: string): string;
  /** Lets others work: histories of hundreds of runs take a while. */
  pause(): Promise<void>;
}

/** No run has more where it is shown: a hostile file must not fill the memory of a server. */
const mostBenchmarks = 10_000;

/** PERF: who looks at one metric after the other comes back. */
const mostScopes = 12;
/** PERF: a few milliseconds of work, so that other pages do not wait. */
const seriesAtOnce = 5;

export class Board {
  /** As they were measured, oldest first. */
  readonly runs: readonly BoardRun[];
  readonly unread: readonly UnreadRun[];
  readonly environments: readonly BoardEnvironment[];
  /** Those that some run has, in the order of the tables. */
  readonly metrics: readonly Metric[];
  /** By slug. */
  readonly ids: ReadonlyMap<string, string>;
  /** Ids without their params, by slug. */
  readonly methods: ReadonlyMap<string, string>;
  readonly slugOf: SlugOf;
  readonly #source: BoardSource;
  readonly #figures = new Map<BoardRun, SeriesRun>();
  readonly #scopes = new Map<string, Promise<Scope>>();

  constructor(source: BoardSource) {
    const { table, slugOf, keyOf } = source;
    const isSmall = ({ figures }: SeriesRun) => figures.names.ids.length <= mostBenchmarks;
    const taken = table.runs.filter(isSmall);
    this.#source = source;
    this.slugOf = slugOf;
    this.unread = [...table.unread, ...table.runs.filter((run) => !isSmall(run)).map(tooLarge)];
    this.environments = environmentsOf(
      taken.map(({ head }) => head),
      slugOf,
    );
    this.runs = taken.map((run) => {
      const environment = this.environments.find((each) => each.holds(run.head)) as BoardEnvironment;
      const made = { head: run.head, slug: slugOf(keyOf(run.head.path)), environment };
      this.#figures.set(made, run);
      return made;
    });
    this.metrics = metrics.filter(({ field }) => taken.some(({ figures }) => figures.columns.has(field)));
    const ids = new Set(taken.flatMap(({ figures }) => figures.names.ids));
    const names = [...ids].sort(compareCodePoints);
    this.ids = new Map(names.map((id) => [slugOf(id), id]));
    this.methods = new Map([...new Set(names.map(methodOf))].map((name) => [slugOf(name), name]));
  }

  runAt(slug: string): BoardRun | undefined {
    return this.runs.find((run) => run.slug === slug);
  }

  /** The runs of a selection as they were measured. */
  measured({ environment, branch, last }: Omit<Selection, 'metric'>): readonly BoardRun[] {
    return this.runs
      .filter((run) => run.environment === environment && (branch === '' || run.head.branch === branch))
      .slice(-last);
  }

  /** The headlines of a run by its own ids. */
  headlinesOf(run: BoardRun, { field }: Metric): ReadonlyMap<string, number> {
    const { figures } = this.#figures.get(run) as SeriesRun;
    const found = new Map<string, number>();
    for (const { rows, cells } of figures.columns.get(field) ?? []) {
      for (const [at, row] of rows.entries()) {
        const cell = cells[at];
        if (cell !== undefined)
          found.set(figures.names.ids[row] ?? '', typeof cell === 'number' ? cell : cell[0]);
      }
    }
    return found;
  }

  /** The profiles that a run kept: its ids, and what it says where they are. */
  profilesOf(run: BoardRun): readonly (readonly [id: string, file: string])[] {
    const { figures } = this.#figures.get(run) as SeriesRun;
    return figures.profiles.flatMap(([row, file]) => {
      const id = figures.names.ids[row];
      return id === undefined ? [] : [[id, file] as const];
    });
  }

  /** Throws USAGE if two benchmarks of one run have one id today. */
  scopeOf(selection: Selection): Promise<Scope> {
    const { metric, environment, branch, last } = selection;
    const key = JSON.stringify([metric.name, environment?.slug, branch, last]);
    const found = this.#scopes.get(key) ?? this.#makeScope(selection);
    this.#scopes.delete(key);
    this.#scopes.set(key, found);
    const [oldest] = this.#scopes.keys();
    if (this.#scopes.size > mostScopes && oldest !== undefined) this.#scopes.delete(oldest);
    return found;
  }

  async #makeScope(selection: Selection): Promise<Scope> {
    const { renames, pause } = this.#source;
    const { metric, branch } = selection;
    const measured = this.measured(selection);
    const byHead = new Map<RunHead, BoardRun>();
    const runs = measured.map((run): SeriesRun => {
      const { figures } = this.#figures.get(run) as SeriesRun;
      // WHY: the branch is left out, because all branches are one series if all are asked for.
      const { branch: own, ...head } = run.head;
      const shown: RunHead = branch === '' || own === undefined ? head : { ...head, branch: own };
      byHead.set(shown, run);
      return { head: shown, figures };
    });
    const history = historyOf({ runs, unread: [] }, { metrics: [metric], renames });
    const series = await this.#stepped(history, pause);
    const ordered = history.runs.map(({ head }) => byHead.get(head) as BoardRun);
    return { runs: ordered, measured, series, shifts: shiftsOf(series), facts: history.runs };
  }

  async #stepped({ series, runs }: History, pause: () => Promise<void>): Promise<BoardSeries[]> {
    const made: BoardSeries[] = [];
    for (const each of series) {
      if (made.length % seriesAtOnce === 0) await pause();
      made.push({ ...withSteps(each, runs), slug: this.slugOf(each.id) });
    }
    return made;
  }
}

function tooLarge({ head: { path, benchmarks } }: SeriesRun): UnreadRun {
  return { path, message: `it has ${benchmarks} benchmarks, and more than ${mostBenchmarks} are not shown` };
}

function environmentsOf(heads: readonly RunHead[], slugOf: SlugOf): BoardEnvironment[] {
  const made: BoardEnvironment[] = [];
  // WHY: runs with memory figures come first, because a run without any belongs to an environment that has them, if there is one.
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

/** An id without its params: what its cases have in common. */
export function methodOf(id: string): string {
  const bracket = bracketOf(id);
  return bracket === undefined || bracket === 0 ? id : id.slice(0, bracket);
}
