// The run file of a run that is going on: renewed after each benchmark, in the order of the plan, in every place.
// INVARIANT: what stands on disk is a valid run file at every instant.
import type { RunBenchmark, RunFailure, RunFile } from '../../runfile/schema.js';
import type { RunFileWriter } from '../../runfile/write.js';

export type RunFacts = Pick<RunFile, 'machine_info' | 'commit_info' | 'datetime' | 'version'>;

export class RunRecord {
  readonly #facts: RunFacts;
  readonly #tags: Readonly<Record<string, string>>;
  readonly #writers: readonly RunFileWriter[];
  readonly #benchmarks = new Map<number, RunBenchmark>();
  readonly #failures = new Map<number, RunFailure>();
  #complete = false;
  #last: Promise<void> = Promise.resolve();

  constructor(facts: RunFacts, tags: Readonly<Record<string, string>>, writers: readonly RunFileWriter[]) {
    this.#facts = facts;
    this.#tags = tags;
    this.#writers = writers;
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

  /** The run as it stands now. */
  get file(): RunFile {
    return {
      ...this.#facts,
      benchmarks: inOrder(this.#benchmarks),
      benchmem: {
        schema: 1,
        complete: this.#complete,
        tags: { ...this.#tags },
        failures: inOrder(this.#failures),
      },
    };
  }

  // One write after the other, each with the newest state: two workers may have finished together.
  #write(): Promise<void> {
    this.#last = this.#last.then(async () => {
      const { file } = this;
      for (const writer of this.#writers) await writer.write(file);
    });
    return this.#last;
  }
}

function inOrder<Entry>(entries: ReadonlyMap<number, Entry>): Entry[] {
  return [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}
