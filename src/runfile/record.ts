// The run file of a run that is going on: renewed after each benchmark, in the order of the plan, in every place.
// INVARIANT: what stands on disk is a valid run file at every instant.
import { defined } from '../shapes.js';
import { sampleRounds } from './rounds.js';
import type { RunBenchmark, RunFailure, RunFile, RunKind, Shard } from './schema.js';
import type { RunFileWriter } from './write.js';

export type RunFacts = Pick<RunFile, 'machine_info' | 'commit_info' | 'datetime' | 'version'>;

/** What a run says of itself beside its facts. */
export interface RunIdentity {
  readonly kind: RunKind;
  readonly tags: Readonly<Record<string, string>>;
  readonly shard?: Shard | undefined;
}

/** Where a record is written, and how many rounds of a benchmark that file keeps: all of them unless told. */
export interface RecordPlace {
  readonly writer: RunFileWriter;
  readonly rounds?: number | undefined;
}

export class RunRecord {
  readonly #facts: RunFacts;
  readonly #identity: RunIdentity;
  readonly #places: readonly RecordPlace[];
  readonly #benchmarks = new Map<number, RunBenchmark>();
  readonly #failures = new Map<number, RunFailure>();
  #complete = false;
  #last: Promise<void> = Promise.resolve();

  constructor(facts: RunFacts, identity: RunIdentity, places: readonly RecordPlace[]) {
    this.#facts = facts;
    this.#identity = identity;
    this.#places = places;
  }

  /** Resolves once the files hold it. Throws CANNOT_WRITE. */
  add(index: number, benchmark: RunBenchmark): Promise<void> {
    this.#benchmarks.set(index, benchmark);
    return this.#write();
  }

  fail(index: number, failure: RunFailure): Promise<void> {
    this.#failures.set(index, failure);
    return this.#write();
  }

  /** Every benchmark has been measured or has failed. */
  complete(): Promise<void> {
    this.#complete = true;
    return this.#write();
  }

  /** The run as it stands now, with all rounds. */
  get file(): RunFile {
    const { kind, shard, tags } = this.#identity;
    return {
      ...this.#facts,
      benchmarks: inOrder(this.#benchmarks),
      benchmem: defined({
        schema: 1 as const,
        complete: this.#complete,
        kind,
        shard,
        tags: { ...tags },
        failures: inOrder(this.#failures),
      }),
    };
  }

  // One write after the other, each with the newest state: two workers may have finished together.
  #write(): Promise<void> {
    this.#last = this.#last.then(async () => {
      const { file } = this;
      for (const { writer, rounds } of this.#places) {
        await writer.write(rounds === undefined ? file : sampleRounds(file, rounds));
      }
    });
    return this.#last;
  }
}

function inOrder<Entry>(entries: ReadonlyMap<number, Entry>): Entry[] {
  return [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}
