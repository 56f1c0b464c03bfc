// What a test's process writes about its tests, one line each: who writes, which test began, what a test measured.
// The names are the run file's, so that a record becomes a benchmark as it is. Pure.
import {
  finite,
  flag,
  type Guard,
  listOf,
  mapOf,
  type Own,
  oneText,
  optional,
  recordOf,
  text,
} from '../engine/result/guards.js';
import { type Sample, sampleFields } from '../engine/result/sample.js';
import { isRecord } from '../shapes.js';

/** How a test came out. `limit` and `leak` failed by what they measured; `unmeasured` says nothing about pass or fail. */
export const testOutcomes = ['passed', 'failed', 'limit', 'leak', 'unmeasured'] as const;

/** What lies inside the window beside the test's body. */
export const inclusions = ['hooks', 'hooks and reporter'] as const;

const leak = recordOf({
  is_leak: flag,
  native_per_call: finite,
  /** Absent if this runtime shows no JavaScript heap. */
  js_per_call: optional(finite),
  rounds: finite,
  calls: finite,
  noisy: flag,
  /** Below so many bytes a call nothing would show; only of a noisy one. */
  noisy_floor_bytes: optional(finite),
});

const site = recordOf({
  /** Innermost frame first. */
  stack: listOf(text),
  bytes: finite,
  count: finite,
});

const sizeBin = recordOf({ min_bytes: finite, max_bytes: finite, count: finite });

const profileLink = recordOf({
  /** From the folder in which the run was started. */
  file: text,
  sha256: text,
});

const sharedObject = recordOf({
  /** Path of the shared object; '' is the node executable itself. */
  object: text,
  source: oneText('program', 'engine'),
  allocations: finite,
  total_bytes: finite,
});

const testFacts = recordOf({
  /** `vitest`, `jest`, `mocha`, `node:test`. */
  runner: text,
  runner_version: text,
  /** From the project's root, with `/` between folders. */
  file: text,
  line: optional(finite),
  outcome: oneText(...testOutcomes),
  /** Why nothing was measured. */
  reason: optional(text),
  /** How the window was settled; absent if nothing was measured. */
  tier: optional(oneText('light', 'near-live', 'full')),
  includes: optional(oneText(...inclusions)),
  /** The figures are those of a measurement inside the test, because its window gave way to it. */
  inner: optional(flag),
  /** By the field that each is for: bytes, or a count. */
  limits: mapOf(finite),
  exceeded: listOf(text),
  pid: finite,
  /** How many tests this process began before it, plus one. */
  order: finite,
  /** What settling took, which the runner's own time of the test holds too. */
  settle_ms: optional(finite),
  /** Which try it was; 0 is the first. */
  retry: finite,
  /** The most resident memory that the process had until the end of the test. */
  worker_rss_bytes: optional(finite),
  leak: optional(leak),
  /** Of a leak on the JavaScript heap: which objects stay and what keeps them, or why nobody looked. */
  kept_by: optional(listOf(text)),
  /** Why its leaks were to be looked for and were not. */
  leak_unchecked: optional(text),
  sites: optional(listOf(site)),
  /** How many native allocations were of which size: five bins, by the mean size of each stack. */
  sizes: optional(listOf(sizeBin)),
  /** The stacks of all native allocations. */
  profile: optional(profileLink),
  /** Of a test that passed a limit: who allocated most over the whole window. */
  by_shared_object: optional(listOf(sharedObject)),
});

/** What a record holds beside the figures. */
export type TestFacts = Own<typeof testFacts>;

/** One test as it was measured. */
export interface TestRecord {
  /** `file::suite › … ::name`; no two tests of one run share it. */
  readonly id: string;
  readonly figures: Sample;
  readonly test: TestFacts;
}

/** A test began. Where no record of it follows, the process ended inside it. */
export interface StartedLine {
  readonly started: string;
  readonly pid: number;
  readonly order: number;
}

/** A process that runs tests, before its first one. */
export interface WorkerLine {
  readonly worker: {
    readonly pid: number;
    readonly runner: string;
    readonly runner_version: string;
    /** Under what it measures, as a run file's `environment` has it. */
    readonly environment: Readonly<Record<string, unknown>>;
  };
}

export type SpoolLine = TestRecord | StartedLine | WorkerLine;

const figures = recordOf(
  Object.fromEntries(sampleFields.map((field) => [field, optional(finite)])) as Record<
    string,
    Guard<number, number, 'never'>
  >,
);
const record = recordOf({ id: text, figures, test: testFacts });
const started = recordOf({ started: text, pid: finite, order: finite });
const worker = recordOf({
  worker: recordOf({ pid: finite, runner: text, runner_version: text, environment: recordOf({}) }),
});

/** The line as it was written; undefined for what no such line says. */
export function parseSpoolLine(line: string): SpoolLine | undefined {
  const value = parsed(line);
  if (!isRecord(value)) return undefined;
  const shape = 'started' in value ? started : 'worker' in value ? worker : record;
  return shape.flaw(value, true) === undefined ? (value as unknown as SpoolLine) : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
