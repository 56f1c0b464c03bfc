// The table of fields: every part of a result as run files hold it (`extra_info.benchmem`), and what each must look like.
// Whoever writes, reads or checks a result goes by it. Bytes, except for what is named a count.
import {
  type Flaw,
  finite,
  flag,
  listOf,
  mapOf,
  type Own,
  type OwnRecord,
  oneText,
  optional,
  ours,
  ownOneOf,
  type RecordInFile,
  recordOf,
  series,
  text,
  upTo,
} from './guards.js';
import { type SampleField, sampleFields } from './sample.js';

const environment = recordOf({
  mode: ours(ownOneOf('attached', 'preloaded')),
  allocator: ours(recordOf({ name: text, version: ours(text) })),
  /** Node's version without the v. */
  node: ours(text),
  v8: ours(text),
  platform: ours(text),
  arch: ours(text),
  /** The C library with its version, e.g. `glibc 2.36`; absent if the runtime does not say. */
  libc: optional(text),
  cpu: ours(text),
  cpu_count: ours(finite),
  ram_bytes: ours(finite),
  /** Node's and V8's flags, per pass kind. */
  flags: ours(mapOf(listOf(text))),
  /** NODE_OPTIONS as the measured process had it; absent if it was not set. */
  node_options: optional(text),
  /** Environment variables that made private allocators visible; absent if nothing was asked for. */
  private_allocators: optional(mapOf(text)),
  /** true: no accounting pass was taken; allocations and retained are those of the peak pass. */
  quick: optional(flag),
  /** How V8's own allocations were told from the program's. */
  engine_split: ours(ownOneOf('symbols', 'approximate')),
  /**
   * What `retained` takes off for a block from before the window that was freed in it: the bytes it was asked for where
   * an earlier window (a warm-up, a pass) saw it allocated, else those that the allocator made of them. Absent in results
   * of before this was said.
   */
  older_sizes: optional(text),
});

const warning = recordOf({
  code: text,
  /** What it is about: a metric, an argument list, a child. */
  subject: ours(text),
  message: text,
  hint: ours(text),
  bytes: optional(finite),
  objects: optional(listOf(text)),
});

const sharedObject = recordOf({
  /** Path of the shared object; '' is the node executable itself. */
  object: text,
  source: ours(oneText('program', 'engine')),
  /** A count. */
  allocations: finite,
  /** Requested bytes, over the whole first pass. */
  total_bytes: finite,
});

const nearLive = recordOf({ slack_bytes: finite, forced_gcs: finite });

const objectKind = recordOf({
  /** `Object`, `Array`, `Function`, `Promise`, ...; instances of classes are `Object`. */
  kind: text,
  objects: finite,
  bytes: finite,
});

const objectSite = recordOf({
  /** The function's name; '' for one without. */
  function: text,
  /** Path of its file, or whatever else its code came from; '' where it has none. */
  file: text,
  /** Where the function begins, from 1; 0 where nobody knows. */
  line: finite,
  /** Bytes on the JavaScript heap. */
  bytes: finite,
});

const objectSites = recordOf({
  /** 1: a sample at every allocation. Above, one per so many bytes on average, and bytes are estimates. */
  interval_bytes: finite,
  /** Of all sites, not only of those that are listed. */
  total_bytes: finite,
  /** Most bytes first, at most ten. */
  sites: listOf(objectSite),
});

const heldKind = recordOf({ kind: text, objects: finite, bytes: finite });

const retainingStep = recordOf({
  /** What it is: a class, a function, a module, a root of the heap. */
  node: text,
  /** How the next step hangs on it: `.name`, ` var name`, `[]`; '' at the end of the path. */
  edge: text,
  /** Of a function or a module. */
  file: optional(text),
  /** Where a function begins, from 1. */
  line: optional(finite),
});

const retainerGroup = recordOf({
  kind: text,
  /** Objects that hang on something older, without what they hold. */
  objects: finite,
  /** With all that they hold. */
  bytes: finite,
  /** Of these bytes: memory outside the JavaScript heap. */
  native_bytes: finite,
  /** The objects themselves. */
  shallow_bytes: finite,
  /** One way from a root of the heap to such an object; there may be others. */
  path: listOf(retainingStep),
  /** Most bytes first, at most five. */
  holds: listOf(heldKind),
});

const furtherGroups = recordOf({ groups: finite, bytes: finite });

const retainers = recordOf({
  /** Calls of the second phase: what `groups` counts. The first phase had half as many. */
  calls: finite,
  /** Calls in a pass: what `retained_bytes` of the result is about. */
  pass_calls: finite,
  /** Kept by each call: what doubled with the calls. Sums over the second phase, most bytes first, at most ten. */
  groups: listOf(retainerGroup),
  further: furtherGroups,
  /** Kept once, whatever the number of calls. Sums over both phases, most bytes first, at most ten. */
  once: listOf(retainerGroup),
  further_once: furtherGroups,
  /** Tables of containers that grew, over both phases. */
  resized_bytes: finite,
  /** V8's own code, feedback and shapes, over both phases. */
  engine_bytes: finite,
  /** What a window around the second phase retained. Absent if this runtime cannot say. */
  retained_bytes: optional(finite),
});

const privateMapping = recordOf({
  /** Path of the shared object; '' is the executable. */
  object: text,
  /** The allocator that was recognised inside it. */
  allocator: optional(text),
  /** High-water of resident bytes above the level at the window's opening. */
  grown_bytes: finite,
  /** High-water of resident bytes. */
  resident_bytes: finite,
  /** Of them resident at the window's opening, and mapped before anything was hooked (attached only). */
  earlier_bytes: optional(finite),
});

const profileLink = recordOf({
  /** From the folder of the run file, with `/` between folders. */
  file: text,
  /** Of the file's bytes, 64 hexadecimal digits. */
  sha256: text,
});

/** No reading is blurrier than 1 MiB; a larger figure would make its gates pass whatever they compare. */
const resolution = mapOf(upTo(2 ** 20));

/** What stands beside the series, in the order of the file. */
export const partGuards = {
  /** Absent for a result that another writer stored. */
  environment: optional(environment),
  warnings: ours(listOf(warning)),
  /** How garbage was kept small in the pass of the lowest peak; absent if it was not. */
  near_live: optional(nearLive),
  /** Per series, how far apart two of its values must be to differ; a series that is not named: as readers know it. */
  resolution: optional(resolution),
  /** Native allocations of the first pass by the shared object that made them, most bytes first. */
  by_shared_object: ours(listOf(sharedObject)),
  /** How many programs the first pass started; absent if nobody counted. */
  child_processes: optional(finite),
  /** The counted objects by their kind, most first; absent unless measured. */
  object_kinds: optional(listOf(objectKind)),
  /** The main thread's functions that allocated most on the JavaScript heap; absent unless objects were measured. */
  object_sites: optional(objectSites),
  /** Which objects stay, and what keeps them, from a snapshot of one more child; absent unless asked for. */
  retainers: optional(retainers),
  /** Series that do not have one entry per pass. */
  unaligned: optional(mapOf(series)),
  /** true: each pass was the first call in a process of its own. */
  cold: optional(flag),
  /** What shared objects mapped from the system for themselves; absent if mappings are not tracked. */
  private_mappings: optional(listOf(privateMapping)),
  /** Where the stacks behind the native figures are kept; absent if they are not. */
  profile: optional(profileLink),
} as const;

type PartGuards = typeof partGuards;
type SeriesOf<Optional> = { [Field in SampleField]?: number[] | Optional };

/** The parts of our own results. */
export type ResultParts = OwnRecord<PartGuards>;
/** `extra_info.benchmem` as benchmem writes it: one flat series per field, one entry per pass, and the parts. */
export type ResultBlob = SeriesOf<never> & ResultParts;
/** What a measurement may give: on a runtime that shows no JavaScript heap there is no peak. */
export type BlobInFile = SeriesOf<undefined> & RecordInFile<PartGuards>;

export type EnvironmentBlob = Own<typeof environment>;
export type EnvironmentInFile = NonNullable<BlobInFile['environment']>;
export type WarningInFile = NonNullable<BlobInFile['warnings']>[number];
export type SharedObjectBlob = Own<typeof sharedObject>;
export type SharedObjectInFile = NonNullable<BlobInFile['by_shared_object']>[number];
export type NearLiveBlob = Own<typeof nearLive>;
export type ObjectKind = Own<typeof objectKind>;
export type ObjectSite = Own<typeof objectSite>;
export type ObjectSitesBlob = Own<typeof objectSites>;
export type RetainersBlob = Own<typeof retainers>;
export type RetainerGroupBlob = Own<typeof retainerGroup>;
export type RetainingStepBlob = Own<typeof retainingStep>;
export type PrivateMapping = Own<typeof privateMapping>;
export type UnalignedSeries = { readonly [Field in SampleField]?: readonly number[] };

/** The series that every reader of run files needs. */
export const requiredSeries = ['peak_bytes', 'allocations', 'total_bytes'] as const;

/** The first of them that is missing. A quick run has no total. */
export function missingSeries(blob: BlobInFile): (typeof requiredSeries)[number] | undefined {
  const isQuick = blob.environment?.quick === true;
  return requiredSeries.find((field) => blob[field] === undefined && !(isQuick && field === 'total_bytes'));
}

const parts = recordOf(partGuards);
const knownSeries = recordOf(
  Object.fromEntries(sampleFields.map((field) => [field, optional(series)])) as Record<SampleField, never>,
);

/** What is wrong with a blob of a run file; undefined for one that is right. */
export function flawInFile(blob: unknown): Flaw | undefined {
  const flaw = knownSeries.flaw(blob, false);
  if (flaw !== undefined) return flaw;
  const known = blob as BlobInFile;
  const missing = missingSeries(known);
  if (missing !== undefined) return { path: [missing], message: 'is missing' };
  return raggedFlaw(known) ?? parts.flaw(blob, false);
}

/** The same for what benchmem itself stored: every part that it writes is there. */
export function flawInOwn(blob: unknown): Flaw | undefined {
  const flaw = knownSeries.flaw(blob, true);
  if (flaw !== undefined) return flaw;
  const known = blob as BlobInFile;
  if (sampleFields.every((field) => known[field] === undefined))
    return { path: [], message: 'holds no series' };
  return raggedFlaw(known) ?? parts.flaw(blob, true);
}

const isSampleField: ReadonlySet<string> = new Set(sampleFields);

// PERF: nearly all are of one length, and a blob has few of the series that it may have.
function isEven(blob: BlobInFile): boolean {
  let length: number | undefined;
  for (const name of Object.keys(blob)) {
    const series = isSampleField.has(name) ? blob[name as SampleField] : undefined;
    if (series === undefined) continue;
    length ??= series.length;
    if (series.length !== length) return false;
  }
  return true;
}

function raggedFlaw(blob: BlobInFile): Flaw | undefined {
  if (isEven(blob)) return undefined;
  const first = sampleFields.find((field) => blob[field] !== undefined);
  const length = first === undefined ? 0 : blob[first]?.length;
  const ragged = sampleFields.find((field) => blob[field] !== undefined && blob[field].length !== length);
  if (ragged === undefined) return undefined;
  return { path: [], message: `${ragged} and ${first} differ in length: one entry per pass` };
}
