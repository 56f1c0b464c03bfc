// The run file of a run that is going on: renewed after each benchmark, in the order of the plan, in every place.
// INVARIANT: what stands on disk is a valid run file at every instant.
import { relative, sep } from 'node:path';
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

/** Where a record is written, and how many rounds of a benchmark that file keeps: all of them by default. */
export interface RecordPlace {
  readonly writer: RunFileWriter;
  /** The folder that links to profiles start from. */
  readonly folder: string;
  readonly rounds?: number | undefined;
}

/** A profile that was written. */
export interface KeptProfile {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

export class RunRecord {
  readonly #facts: RunFacts;
  readonly #identity: RunIdentity;
  readonly #places: readonly RecordPlace[];
  readonly #benchmarks = new Map<number, RunBenchmark>();
  readonly #failures = new Map<number, RunFailure>();
  readonly #profiles = new Map<number, KeptProfile>();
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

  /** The stacks of a benchmark that was added are kept there. */
  keepProfile(index: number, profile: KeptProfile): Promise<void> {
    this.#profiles.set(index, profile);
    return this.#write();
  }

  /** Every benchmark has been measured or has failed. */
  complete(): Promise<void> {
    this.#complete = true;
    return this.#write();
  }

  get datetime(): string | undefined {
    return this.#facts.datetime;
  }

  /** The run as it stands now, with all rounds; links to profiles start from `folder`. */
  fileIn(folder: string): RunFile {
    const { kind, shard, tags } = this.#identity;
    const benchmarks = [...this.#benchmarks].map(([index, benchmark]) => {
      const profile = this.#profiles.get(index);
      return [index, profile === undefined ? benchmark : withLink(benchmark, profile, folder)] as const;
    });
    return {
      ...this.#facts,
      benchmarks: inOrder(new Map(benchmarks)),
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
      for (const { writer, rounds, folder } of this.#places) {
        const file = this.fileIn(folder);
        await writer.write(rounds === undefined ? file : sampleRounds(file, rounds));
      }
    });
    return this.#last;
  }
}

function withLink(benchmark: RunBenchmark, { path, sha256 }: KeptProfile, folder: string): RunBenchmark {
  const { extra_info: extra } = benchmark;
  const { benchmem: figures } = extra;
  if (figures === undefined) return benchmark;
  const file = relative(folder, path).split(sep).join('/');
  return { ...benchmark, extra_info: { ...extra, benchmem: { ...figures, profile: { file, sha256 } } } };
}

function inOrder<Entry>(entries: ReadonlyMap<number, Entry>): Entry[] {
  return [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}
