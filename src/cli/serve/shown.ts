// What pages are made from, renewed when runs are saved: one renewal after the other.
import type { BoardRun } from '../../dashboard/board.js';
import type { LoadedBoard } from '../../dashboard/load.js';
import type { SiteSource } from '../../dashboard/site.js';
import type { RunHead } from '../../runfile/heads.js';
import type { Run } from '../../runfile/run.js';
import type { RunStore } from '../../runfile/store.js';
import { loadSavedRuns } from '../saved-runs.js';
import type { World } from '../world.js';
import type { ServeArgs } from './read.js';

export class Shown {
  readonly #args: ServeArgs;
  readonly #world: World;
  readonly #tell: (version: string) => void;
  #loaded: Promise<LoadedBoard> | undefined;
  #isWaiting = false;
  readonly #documents: Documents;

  constructor(args: ServeArgs, world: World, tell: (version: string) => void) {
    this.#args = args;
    this.#world = world;
    this.#tell = tell;
    this.#documents = new Documents((head) => this.#withStore((store) => store.read(head)));
  }

  async source(): Promise<SiteSource> {
    const { board, version } = await (this.#loaded ?? this.renew());
    const { reference, words } = this.#args;
    return { board, version, words: { cases: words, reference }, read: (run) => this.#documents.read(run) };
  }

  /** Reads what changed. WHY one waits at most: a second one would read the same. */
  async renew(): Promise<LoadedBoard> {
    const before = this.#loaded;
    if (before === undefined) {
      this.#loaded = this.#load(undefined);
      return this.#loaded;
    }
    if (this.#isWaiting) return before;
    this.#isWaiting = true;
    try {
      const old = await before;
      const next = await this.#load(old);
      // WHY kept where nothing changed: what a board derived stays derived.
      if (next.version === old.version) return old;
      this.#loaded = Promise.resolve(next);
      this.#documents.forget();
      this.#tell(next.version);
      return next;
    } finally {
      this.#isWaiting = false;
    }
  }

  #load(before: LoadedBoard | undefined): Promise<LoadedBoard> {
    return this.#withStore((store) => loadSavedRuns(store, this.#args.storage, this.#world, before));
  }

  // WHY one each time: a store lists its folder once.
  async #withStore<T>(use: (store: RunStore) => Promise<T>): Promise<T> {
    const { cwd, env } = this.#world;
    const store = await this.#world.openStore(this.#args.storage, { cwd, env });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }
}

/** PERF: the pages of two runs are looked at metric by metric. */
const mostKept = 4;

/** The documents that pages asked for last. */
class Documents {
  readonly #readHead: (head: RunHead) => Promise<Run>;
  readonly #kept = new Map<string, Promise<Run>>();

  constructor(readHead: (head: RunHead) => Promise<Run>) {
    this.#readHead = readHead;
  }

  read({ slug, head }: BoardRun): Promise<Run> {
    const found = this.#kept.get(slug) ?? this.#readHead(head);
    this.#kept.delete(slug);
    this.#kept.set(slug, found);
    // What could not be read may be there the next time.
    found.catch(() => this.#kept.delete(slug));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }

  forget(): void {
    this.#kept.clear();
  }
}
