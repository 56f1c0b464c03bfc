// What pages are made from, renewed when runs are saved: one renewal after the other.
import type { Board, BoardRun } from '../../dashboard/board.js';
import { readFilters } from '../../dashboard/filters.js';
import type { LoadedBoard } from '../../dashboard/load.js';
import type { SiteSource } from '../../dashboard/site.js';
import type { Run } from '../../runfile/run.js';
import type { RunStore } from '../../runfile/store.js';
import { loadSavedRuns } from '../saved-runs.js';
import type { ServeArgs } from './read.js';

/** PERF: the pages of two runs are looked at metric by metric. */
const mostDocuments = 4;

export class Shown {
  readonly #store: RunStore;
  readonly #args: ServeArgs;
  readonly #documents = new Map<string, Promise<Run>>();
  #loaded: Promise<LoadedBoard> | undefined;
  #isReading = false;
  #isStale = false;

  constructor(store: RunStore, args: ServeArgs) {
    this.#store = store;
    this.#args = args;
  }

  async source(): Promise<SiteSource> {
    this.#loaded ??= this.#load();
    const { board, version } = await this.#loaded;
    const { reference, words } = this.#args;
    return { board, version, words: { cases: words, reference }, read: (run) => this.#read(run) };
  }

  /** Reads what changed and answers its version; undefined where nothing did, or where it is being read already. */
  async renew(): Promise<string | undefined> {
    this.#isStale = true;
    if (this.#isReading) return undefined;
    this.#isReading = true;
    try {
      const old = await this.#loaded;
      let next = old;
      // WHY a loop: what was saved while this read is read, too.
      while (this.#isStale) {
        this.#isStale = false;
        next = await this.#load(next);
      }
      if (next === undefined || next === old) return undefined;
      this.#loaded = Promise.resolve(next);
      this.#documents.clear();
      return next.version;
    } finally {
      this.#isReading = false;
    }
  }

  async #load(before?: LoadedBoard): Promise<LoadedBoard> {
    const { storage, words } = this.#args;
    const loaded = await loadSavedRuns(this.#store, { storage, renames: words.renames }, before);
    void makeFirst(loaded.board).catch(() => {});
    return loaded;
  }

  #read({ slug, head }: BoardRun): Promise<Run> {
    const documents = this.#documents;
    const found = documents.get(slug) ?? this.#store.read(head);
    documents.delete(slug);
    documents.set(slug, found);
    // What could not be read may be there the next time.
    found.catch(() => documents.delete(slug));
    const [oldest] = documents.keys();
    if (documents.size > mostDocuments && oldest !== undefined) documents.delete(oldest);
    return found;
  }
}

// PERF: the histories that are looked at first are made before anyone asks.
async function makeFirst(board: Board): Promise<void> {
  for (const metric of [undefined, 'time']) {
    await board.scopeOf(readFilters((name) => (name === 'metric' ? metric : undefined), board));
  }
}
