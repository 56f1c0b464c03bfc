// What pages are made from, renewed when runs are saved: one renewal after the other.
import type { Board, BoardRun } from '../../dashboard/board.js';
import { readFilters } from '../../dashboard/filters.js';
import type { LoadedBoard } from '../../dashboard/load.js';
import type { ProfileShelf } from '../../dashboard/profiles.js';
import type { SiteSource } from '../../dashboard/render-page.js';
import { namesDatabase } from '../../database/name.js';
import type { RunStore } from '../../runfile/store.js';
import { openShelf } from '../profile-shelf.js';
import { Documents, loadSavedRuns } from '../saved-runs.js';
import type { ServeArgs } from './read.js';

/** The newest runs of a database that are shown. */
const mostOfDatabase = 500;

interface Loaded extends LoadedBoard {
  readonly profiles: ProfileShelf;
}

export class Shown {
  readonly #store: RunStore;
  readonly #args: ServeArgs;
  readonly #documents: Documents;
  readonly #cwd: string;
  #loaded: Promise<Loaded> | undefined;
  #isReading = false;
  #isStale = false;

  constructor(store: RunStore, args: ServeArgs, cwd: string) {
    this.#cwd = cwd;
    this.#store = store;
    this.#documents = new Documents(store);
    this.#args = args;
  }

  async source(): Promise<SiteSource> {
    this.#loaded ??= this.#load();
    const { board, version, profiles } = await this.#loaded;
    const { reference, words } = this.#args;
    const read = (run: BoardRun) => this.#documents.read(run);
    return { board, version, words: { cases: words, reference }, read, profiles };
  }

  /** Reads what changed and answers its version; undefined if nothing did, or if it is being read already. */
  async renew(): Promise<string | undefined> {
    this.#isStale = true;
    if (this.#isReading) return undefined;
    this.#isReading = true;
    try {
      const old = await this.#loaded;
      let next = old;
      // WHY: this is a loop, because what was saved while this read must be read, too.
      while (this.#isStale) {
        this.#isStale = false;
        next = await this.#load(next);
      }
      if (next === undefined || next === old) return undefined;
      this.#loaded = Promise.resolve(next);
      this.#documents.forget();
      return next.version;
    } finally {
      this.#isReading = false;
    }
  }

  async #load(before?: Loaded): Promise<Loaded> {
    const { storage, words, profilerFolder } = this.#args;
    // WHY: a database is not read whole, because it may hold the runs of years, and a board stands in memory.
    const last = namesDatabase(storage) ? mostOfDatabase : undefined;
    const place = { storage, renames: words.renames, ...(last !== undefined && { last }) };
    const loaded = await loadSavedRuns(this.#store, place, before);
    if (before !== undefined && loaded === before) return before;
    const profiles = await openShelf(loaded.board, { cwd: this.#cwd, folder: profilerFolder });
    void makeFirst(loaded.board).catch(() => {});
    return { ...loaded, profiles };
  }
}

// PERF: the histories that are looked at first are made before anyone asks.
async function makeFirst(board: Board): Promise<void> {
  for (const metric of [undefined, 'time']) {
    await board.scopeOf(readFilters((name) => (name === 'metric' ? metric : undefined), board));
  }
}
