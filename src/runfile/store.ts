// What commands ask of saved runs, wherever these stand: folder-store.ts is the store of a folder. Opens nothing.
import type { RunEnvironment } from './environment-key.js';
import type { RunFigures } from './figures.js';
import type { RunHead } from './heads.js';
import type { Run } from './run.js';
import type { RunKind } from './schema.js';
import { knownMetric } from './table.js';

/** What a store holds that is not a run, or no whole one. */
export interface UnreadRun {
  readonly path: string;
  readonly message: string;
}

export interface RunListing {
  /** Oldest first. */
  readonly heads: readonly RunHead[];
  /** Files that should be runs and cannot be read. */
  readonly unread: readonly UnreadRun[];
}

export interface BaselineQuery {
  readonly kind: RunKind;
  readonly environment: RunEnvironment;
  /** The machine folder of the node that measures. */
  readonly folder: string;
}

/** The run to compare with. */
export interface FoundBaseline {
  readonly head: RunHead;
  /** False if no run of the environment is saved, and another one of the folder stands for it. */
  readonly isSameEnvironment: boolean;
}

/** Which runs; what is absent leaves none out. */
export interface RunFilter {
  /** `run` and `measure` by default. */
  readonly kinds?: readonly RunKind[] | undefined;
  /** Null: those that know of no branch. */
  readonly branch?: string | null | undefined;
  readonly folder?: string | undefined;
  /** Only so many, the newest of those that fit. */
  readonly last?: number | undefined;
}

export interface SeriesFilter extends RunFilter {
  /** Metrics or fields, as they are typed. */
  readonly metrics: readonly string[];
  /** Only figures of benchmarks with these ids; all by default. */
  readonly ids?: readonly string[] | undefined;
}

/** One run, and what its benchmarks came to. */
export interface SeriesRun {
  readonly head: RunHead;
  /** Its columns are those of the metrics that were asked for. */
  readonly figures: RunFigures;
}

/** What series are made of. */
export interface SeriesTable {
  /** In the order of the listing. */
  readonly runs: readonly SeriesRun[];
  readonly unread: readonly UnreadRun[];
}

export interface RunStore {
  /** The heads of all runs; no document is read that is known already. Throws BAD_RUN_FILE for a place that cannot be read. */
  list(): Promise<RunListing>;
  /** Throws BAD_RUN_FILE. */
  read(head: RunHead): Promise<Run>;
  /** The newest whole saved run of the kind and environment, else the newest of the machine folder. */
  baseline(query: BaselineQuery): Promise<FoundBaseline | undefined>;
  /**
   * The figures of runs, of which no document is read that is known already. PERF: whoever wants a listing too asks for
   * this first, and reads each unknown document once. Throws INVALID_OPTION for a metric that there is not; BAD_RUN_FILE.
   */
  series(filter: SeriesFilter | ((heads: readonly RunHead[]) => SeriesFilter)): Promise<SeriesTable>;
  /** How many bytes runs take there; with `isMeant` they are removed for good. Throws CANNOT_WRITE. */
  remove(heads: readonly RunHead[], isMeant: boolean): Promise<number>;
  /**
   * By how many bytes a run gets smaller with so many rounds per benchmark, which `isMeant` does; undefined if it has no
   * more. Throws BAD_RUN_FILE, CANNOT_WRITE.
   */
  shorten(head: RunHead, rounds: number, isMeant: boolean): Promise<number | undefined>;
  /** How many marks of runs that never ended stand there; with `isMeant` they are removed. Throws CANNOT_WRITE. */
  tidy(nowMs: number, isMeant: boolean): Promise<number>;
  /** What whoever shows the runs to others should know, a sentence each. */
  cautions(): Promise<readonly string[]>;
  /** Calls the listener soon after runs may have come, gone or changed: then it may ask anew. The answer ends that. */
  watch(listener: () => void): () => void;
  close(): Promise<void>;
}

const usualKinds: readonly RunKind[] = ['run', 'measure'];

/** The heads that a filter leaves, in their order. */
export function fitting(heads: readonly RunHead[], filter: RunFilter): readonly RunHead[] {
  const { kinds = usualKinds, branch, folder, last } = filter;
  const found = heads.filter(
    (head) =>
      kinds.includes(head.kind) &&
      (branch === undefined || (head.branch ?? null) === branch) &&
      (folder === undefined || head.folder === folder),
  );
  return last === undefined || last >= found.length ? found : found.slice(found.length - last);
}

/** The fields of metrics, each once. Throws INVALID_OPTION. */
export function fieldsOf(metrics: readonly string[]): readonly string[] {
  return [...new Set(metrics.map((name) => knownMetric(name).field))];
}
