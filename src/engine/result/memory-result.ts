// MemoryResult: the samples of every pass, and every reported number derived from them on read.
// INVARIANT: holds no figure that is not in a sample; an absent one is absent here too, or an error says so.
import { BenchmemError } from '../../errors.js';
import type { NearLiveReading } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import { retainedHeadline, retainedResolutionIn } from '../../stats/retained.js';
import { indexOfFirstMinimum, maximum, minimum } from '../../stats/summary.js';
import { foundInBlob, seriesOf, toBlob } from './blob.js';
import { type Camelized, camelized } from './camelized.js';
import type { Environment } from './environment.js';
import type {
  ObjectKind,
  ObjectSitesBlob,
  PrivateMapping,
  ResultBlob,
  ResultParts,
  RetainersBlob,
  SharedObjectBlob,
  UnalignedSeries,
} from './fields.js';
import type { Sample, SampleField } from './sample.js';
import type { Warning } from './warning.js';

export type SharedObjectBytes = Camelized<SharedObjectBlob>;
export type ObjectSites = Camelized<ObjectSitesBlob>;
export type Retainers = Camelized<RetainersBlob>;
export type PrivateMappingBytes = Camelized<PrivateMapping>;

/** One side's figures, in bytes: its own high-water mark, and all it allocated. */
export interface SideFigures {
  readonly peakBytes: number;
  readonly totalBytes: number;
}

/** V8's own native allocations: bytes, and a count. */
export interface EngineFigures extends SideFigures {
  readonly allocations: number;
}

/**
 * What was measured. Every figure is the lowest over the passes, unless it says otherwise; bytes are whole
 * numbers of requested bytes. A figure that is not optional throws NOT_MEASURED if this runtime cannot give it.
 */
export class MemoryResult {
  /** One entry per pass: the only stored truth. */
  readonly samples: readonly Sample[];
  /** Throws NOT_MEASURED for a result that does not say how it was measured: one that another writer stored. */
  readonly environment!: Environment;
  readonly warnings: readonly Warning[];
  /** Native allocations of the first pass by the shared object that made them, most bytes first. */
  readonly bySharedObject: readonly SharedObjectBytes[];
  /** How many programs the first pass started; absent if nobody counted (in the user's own process). */
  readonly childProcesses?: number;
  /** How garbage was kept small in the pass of `representative`; absent if it was not (in the user's own process). */
  readonly nearLive?: NearLiveReading;
  readonly unaligned: UnalignedSeries;
  /** The counted objects by their kind, most first; absent unless measured. */
  readonly objectKinds?: readonly ObjectKind[];
  /**
   * The main thread's functions that allocated most on the JavaScript heap, from a profile of one more child; absent
   * unless objects were measured, and where V8's profiler cannot be used. Bytes, strings and backing stores included.
   */
  readonly objectSites?: ObjectSites;
  /**
   * Which objects stay and what keeps them, in groups, from a snapshot of the heap of one more child; absent unless asked
   * for, and where no snapshot could be taken (the warning RETAINERS_HIDDEN says why). Sums over `calls` calls, in bytes.
   */
  readonly retainers?: Retainers;
  /**
   * What shared objects mapped from the system for themselves, past every figure, and the allocator recognised inside;
   * absent if mappings are not tracked.
   */
  readonly privateMappings?: readonly PrivateMappingBytes[];
  /** The file with the stacks behind the native figures, as it was asked for, and its digest; absent if none was. */
  readonly profile?: { readonly file: string; readonly sha256: string };
  readonly #parts: ResultParts;

  constructor(samples: readonly Sample[], parts: ResultParts) {
    if (samples.length === 0) throw new RangeError('a result holds at least one pass');
    this.samples = samples;
    this.#parts = parts;
    const { environment, near_live: nearLive } = parts;
    if (environment !== undefined) this.environment = camelized(environment);
    else Object.defineProperty(this, 'environment', { get: refuseEnvironment, enumerable: false });
    this.warnings = parts.warnings;
    this.bySharedObject = camelized(parts.by_shared_object);
    this.unaligned = parts.unaligned ?? {};
    Object.assign(
      this,
      defined({
        childProcesses: parts.child_processes,
        nearLive: nearLive && {
          slackBytes: nearLive.slack_bytes,
          forcedCollections: nearLive.forced_gcs,
        },
        objectKinds: parts.object_kinds,
        objectSites: parts.object_sites && camelized(parts.object_sites),
        retainers: parts.retainers && camelized(parts.retainers),
        privateMappings: parts.private_mappings && camelized(parts.private_mappings),
        profile: parts.profile,
      }),
    );
  }

  /** A stored result. Throws INVALID_BLOB. */
  static fromBlob(blob: unknown): MemoryResult {
    const { samples, parts } = foundInBlob(blob);
    return new MemoryResult(samples, parts);
  }

  /** How many passes were taken. */
  get repeats(): number {
    return this.samples.length;
  }

  /** The sample of the first pass with the lowest peak. */
  get representative(): Sample {
    const peaks = this.series('peak_bytes') ?? this.#measured('native_peak_bytes');
    return this.samples[indexOfFirstMinimum(peaks)] as Sample;
  }

  /** The most that was needed at once, native memory and JavaScript heap together. Bytes. */
  get peakBytes(): number {
    return this.#lowest('peak_bytes');
  }

  /** The highest peak of any pass: what a ceiling is checked against. Bytes. */
  get peakBytesMax(): number {
    return maximum(this.#measured('peak_bytes'));
  }

  /** Native allocations, V8's own left out. A count. */
  get allocations(): number {
    return this.#lowest('allocations');
  }

  /** Every byte allocated, native and JavaScript heap. Bytes. */
  get totalBytes(): number {
    return this.#lowest('total_bytes');
  }

  /**
   * What stays of a call once garbage is gone: the trend over the passes, not the lowest; may be negative. Of JavaScript heaps the main thread's only: what a worker still
   * holds on its own is not in it. Bytes; undefined without settling.
   */
  get retainedBytes(): number | undefined {
    const series = this.series('retained_bytes');
    const { resolution, cold: separate } = this.#parts;
    return (
      series && retainedHeadline(series, { resolution: retainedResolutionIn(resolution), separate }).bytes
    );
  }

  /** The whole process's resident high-water mark. Bytes; undefined unless measured. */
  get rssBytes(): number | undefined {
    return this.#lowestIfMeasured('rss_bytes');
  }

  /** JavaScript objects allocated; undefined unless measured. A count. */
  get objects(): number | undefined {
    return this.#lowestIfMeasured('objects');
  }

  /** What the allocator took from the system at most. Bytes; undefined unless the allocator is jemalloc. */
  get mappedPeakBytes(): number | undefined {
    return this.#lowestIfMeasured('mapped_peak_bytes');
  }

  /** Native memory of the program: addons, Buffers, node, its libraries. */
  get native(): SideFigures {
    return { peakBytes: this.#lowest('native_peak_bytes'), totalBytes: this.#lowest('native_total_bytes') };
  }

  /** The JavaScript heap. Its peak is not at the instant of the native one: never add the two. */
  get js(): SideFigures {
    return { peakBytes: this.#lowest('js_peak_bytes'), totalBytes: this.#lowest('js_total_bytes') };
  }

  /** V8's own native allocations (compiler, collector); no other figure includes them. */
  get engine(): EngineFigures {
    return {
      peakBytes: this.#lowest('engine_peak_bytes'),
      totalBytes: this.#lowest('engine_total_bytes'),
      allocations: this.#lowest('engine_allocations'),
    };
  }

  /** One field over all passes, or over those that it has of its own (`objects`, a capped `rss_bytes`); undefined if it was not measured. */
  series(field: SampleField): readonly number[] | undefined {
    return seriesOf(this.samples, field) ?? this.unaligned[field];
  }

  /** The result as plain data, as run files store it. */
  toBlob(): ResultBlob {
    return toBlob({ samples: this.samples, parts: this.#parts });
  }

  toJSON(): ResultBlob {
    return this.toBlob();
  }

  #lowest(field: SampleField): number {
    return minimum(this.#measured(field));
  }

  #lowestIfMeasured(field: SampleField): number | undefined {
    const series = this.series(field);
    return series === undefined ? undefined : minimum(series);
  }

  #measured(field: SampleField): readonly number[] {
    const series = this.series(field);
    if (series !== undefined) return series;
    const why =
      this.#parts.environment?.quick === true
        ? 'a quick measurement leaves out the accounting pass, which gives it'
        : this.warnings.find(({ code }) => code === 'NO_JS_HEAP')?.message;
    throw new BenchmemError(
      'NOT_MEASURED',
      `${field} was not measured${why === undefined ? '' : `: ${why}`}`,
      `series('${field}') answers undefined for such a field`,
    );
  }
}

function refuseEnvironment(): never {
  throw new BenchmemError(
    'NOT_MEASURED',
    'this result does not say how it was measured',
    'only results of benchmem itself carry an environment',
  );
}
