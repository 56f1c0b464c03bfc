// The run file: its shape as types and as a validating schema (pytest-benchmark JSON with a memory blob).
// Field names are the file's own. Holds no file access and derives no figure.
import * as v from 'valibot';
import { type SampleField, sampleFields } from '../engine/result/sample.js';

/** Every series that a pass may give, in the order of the tables; bytes or counts. */
export const seriesFields = sampleFields;

export type SeriesField = SampleField;

const finite = v.pipe(v.number('must be a number'), v.finite('must be finite'));
const series = v.pipe(
  v.array(finite, 'must be a list of numbers'),
  v.minLength(1, 'is empty: a series holds one number per pass'),
);
const text = v.string('must be a string');
const looseRecord = v.record(v.string(), v.unknown(), 'must be an object');
// WHY: statistics of a single round, and ratios of zero, are NaN or infinite in files from elsewhere.
const anyNumber = v.custom<number>((value) => typeof value === 'number', 'must be a number');

const warningSchema = v.looseObject({
  code: text,
  subject: v.optional(text),
  message: text,
  hint: v.optional(text),
  bytes: v.optional(finite),
  objects: v.optional(v.array(text)),
});

const sharedObjectSchema = v.looseObject({
  object: text,
  source: v.optional(v.picklist(['program', 'engine'])),
  allocations: finite,
  total_bytes: finite,
});

const environmentSchema = v.looseObject({
  mode: v.optional(text),
  allocator: v.optional(v.looseObject({ name: text, version: v.optional(text) })),
  node: v.optional(text),
  v8: v.optional(text),
  platform: v.optional(text),
  arch: v.optional(text),
  libc: v.optional(text),
  cpu: v.optional(text),
  cpu_count: v.optional(finite),
  ram_bytes: v.optional(finite),
  node_options: v.optional(text),
  /** Per pass kind, the flags that V8 was started with. */
  flags: v.optional(v.record(text, v.array(text))),
});

const figureEntries = {
  ...(Object.fromEntries(seriesFields.map((field) => [field, v.optional(series)])) as Record<
    SeriesField,
    v.OptionalSchema<typeof series, undefined>
  >),
  environment: v.optional(environmentSchema),
  warnings: v.optional(v.array(warningSchema)),
  near_live: v.optional(v.looseObject({ slack_bytes: finite, forced_gcs: finite })),
  by_shared_object: v.optional(v.array(sharedObjectSchema)),
  child_processes: v.optional(finite),
  object_kinds: v.optional(v.array(v.looseObject({ kind: text, objects: finite, bytes: finite }))),
  object_sites: v.optional(
    v.looseObject({
      interval_bytes: finite,
      total_bytes: finite,
      sites: v.array(v.looseObject({ function: text, file: text, line: finite, bytes: finite })),
    }),
  ),
  unaligned: v.optional(v.record(text, series)),
};

const requiredEntries = { peak_bytes: series, allocations: series, total_bytes: series };
const figuresSchema = v.looseObject(figureEntries);

/** `extra_info.benchmem`: flat series of one length, with what is needed to judge them. */
export const memoryBlobSchema = v.pipe(
  v.looseObject({ ...figureEntries, ...requiredEntries }, 'must be an object'),
  v.check(
    (blob) => raggedField(blob) === undefined,
    (issue) => `${raggedField(issue.input as never)} and peak_bytes differ in length: one entry per pass`,
  ),
);

const statsSchema = v.pipe(
  v.looseObject({
    min: anyNumber,
    max: anyNumber,
    mean: anyNumber,
    median: anyNumber,
    stddev: anyNumber,
    rounds: anyNumber,
    data: v.optional(v.array(anyNumber)),
    /** Present where `data` is a sample of so many rounds; every other statistic is of all of them. */
    data_sampled_from: v.optional(finite),
  }),
  v.check(
    ({ rounds, data, data_sampled_from: all }) =>
      all === undefined || (all === rounds && data !== undefined && data.length > 0 && data.length <= all),
    'has a data_sampled_from that is not its rounds, or no sample of them',
  ),
);

export const benchmarkSchema = v.pipe(
  v.looseObject(
    {
      group: v.nullish(text),
      name: text,
      fullname: text,
      params: v.nullish(looseRecord),
      param: v.nullish(text),
      extra_info: v.optional(
        v.looseObject({ benchmem: v.optional(memoryBlobSchema) }, 'must be an object'),
        {},
      ),
      options: v.nullish(looseRecord),
      stats: v.optional(statsSchema),
    },
    'must be an object',
  ),
  v.check(
    (benchmark) => benchmark.stats !== undefined || benchmark.extra_info.benchmem !== undefined,
    'has neither stats nor extra_info.benchmem: nothing was measured',
  ),
);

const failureSchema = v.looseObject({
  fullname: text,
  step: text,
  code: v.optional(v.nullable(v.union([v.string(), v.number()]))),
  signal: v.optional(v.nullable(text)),
  tail: v.optional(text),
});

/** What made a run: each kind has baselines of its own. */
export const runKinds = ['run', 'measure', 'test', 'sweep'] as const;

const position = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole'),
  v.minValue(1, 'must be at least 1'),
);
const shardSchema = v.pipe(
  v.looseObject({ index: position, of: position }, 'must be an object'),
  v.check(({ index, of }) => index <= of, 'has an index above its of'),
);

const frameEntries = {
  machine_info: v.optional(looseRecord, {}),
  commit_info: v.optional(looseRecord, {}),
  datetime: v.optional(text),
  version: v.optional(text),
  benchmem: v.optional(
    v.looseObject({
      schema: v.literal(1, 'must be 1: the file was written by a newer benchmem'),
      complete: v.boolean('must be true or false'),
      kind: v.optional(v.picklist(runKinds, `must be one of ${runKinds.join(', ')}`)),
      shard: v.optional(shardSchema),
      tags: v.optional(looseRecord),
      failures: v.optional(v.array(failureSchema)),
    }),
  ),
};
const frameSchema = v.looseObject(frameEntries);

/** Everything but the benchmarks, which are checked one by one so that an error can name its benchmark. */
export const runFrameSchema = v.looseObject(
  { ...frameEntries, benchmarks: v.array(v.unknown(), 'must be a list') },
  'must be an object with machine_info, commit_info and benchmarks',
);

/** What a measurement may give: on a runtime that shows no JavaScript heap there is no peak. */
export type MemoryFigures = v.InferOutput<typeof figuresSchema>;
/** Figures with the series that every reader of run files needs. */
export type MemoryBlob = v.InferOutput<typeof memoryBlobSchema>;
export type MemoryWarning = v.InferOutput<typeof warningSchema>;
export type SharedObjectEntry = v.InferOutput<typeof sharedObjectSchema>;
export type EnvironmentEntry = v.InferOutput<typeof environmentSchema>;
export type RunBenchmark = v.InferOutput<typeof benchmarkSchema>;
export type RunFailure = v.InferOutput<typeof failureSchema>;
export type RunKind = (typeof runKinds)[number];
/** Which part of a run's benchmarks a file holds, counted from 1. */
export type Shard = v.InferOutput<typeof shardSchema>;
export type RunFile = v.InferOutput<typeof frameSchema> & { benchmarks: RunBenchmark[] };

/** An engine's stored result, checked and copied. Throws ValiError for another shape: a bug, not a user's mistake. */
export function toFigures(blob: unknown): MemoryFigures {
  return v.parse(figuresSchema, blob);
}

/** True where the figures can stand in a run file. */
export function isMemoryBlob(figures: MemoryFigures): figures is MemoryBlob {
  return Object.keys(requiredEntries).every((field) => figures[field] !== undefined);
}

function raggedField(blob: Partial<Record<SeriesField, number[] | undefined>>): SeriesField | undefined {
  const length = blob.peak_bytes?.length;
  return seriesFields.find((field) => blob[field] !== undefined && blob[field].length !== length);
}
