// The run file: its shape as types and as a validating schema (pytest-benchmark JSON with a memory blob).
// Field names are the file's own. Holds no file access and derives no figure.
import * as v from 'valibot';
import {
  type BlobInFile,
  type EnvironmentInFile,
  flawInFile,
  missingSeries,
  type requiredSeries,
  type SharedObjectInFile,
  type WarningInFile,
} from '../engine/result/fields.js';
import { type SampleField, sampleFields } from '../engine/result/sample.js';

/** Every series that a pass may give, in the order of the tables; bytes or counts. */
export const seriesFields = sampleFields;

export type SeriesField = SampleField;

const finite = v.pipe(v.number('must be a number'), v.finite('must be finite'));
const text = v.string('must be a string');
const looseRecord = v.record(v.string(), v.unknown(), 'must be an object');
// WHY: statistics of a single round, and ratios of zero, are NaN or infinite in files from elsewhere.
const anyNumber = v.custom<number>((value) => typeof value === 'number', 'must be a number');

/** `extra_info.benchmem`, by the table of fields. */
const memoryBlobSchema = v.pipe(
  v.custom<MemoryBlob>((value) => value !== undefined),
  v.rawCheck<MemoryBlob>(({ dataset, addIssue }) => {
    const flaw = dataset.typed ? flawInFile(dataset.value) : undefined;
    if (flaw === undefined) return;
    const [first, ...rest] = flaw.path.map((key) => ({
      type: 'unknown' as const,
      origin: 'value' as const,
      input: dataset.value,
      key,
      value: undefined,
    }));
    addIssue({ message: flaw.message, ...(first !== undefined && { path: [first, ...rest] }) });
  }),
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
    /** Present if `data` is a sample of so many rounds; every other statistic is of all of them. */
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
export type MemoryFigures = BlobInFile;
/** Figures with the series that every reader of run files needs. */
export type MemoryBlob = MemoryFigures & {
  [Field in Exclude<(typeof requiredSeries)[number], 'total_bytes'>]: number[];
};
export type MemoryWarning = WarningInFile;
export type SharedObjectEntry = SharedObjectInFile;
export type EnvironmentEntry = EnvironmentInFile;
export type RunBenchmark = v.InferOutput<typeof benchmarkSchema>;
export type RunFailure = v.InferOutput<typeof failureSchema>;
export type RunKind = (typeof runKinds)[number];
/** Which part of a run's benchmarks a file holds, counted from 1. */
export type Shard = v.InferOutput<typeof shardSchema>;
export type RunFile = v.InferOutput<typeof frameSchema> & { benchmarks: RunBenchmark[] };

/** True if the figures can stand in a run file. */
export function isMemoryBlob(figures: MemoryFigures): figures is MemoryBlob {
  return missingSeries(figures) === undefined;
}
