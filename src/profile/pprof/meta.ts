// The comment line of a profile: what is said of the whole, as JSON with the names that a run file uses.
import * as v from 'valibot';
import { defined, isRecord } from '../../shapes.js';
import type { JsSampling, ProfileMeta } from '../model.js';

const bytes = v.optional(v.pipe(v.number(), v.safeInteger()));
const count = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)));

const metaSchema = v.object({
  schema: v.literal(1),
  id: v.string(),
  environment: v.optional(v.custom<Record<string, unknown>>(isRecord)),
  peak_bytes: bytes,
  native_at_peak_bytes: bytes,
  js_at_peak_bytes: bytes,
  mapped_other_at_peak_bytes: bytes,
  native_peak_bytes: bytes,
  run_peak_bytes: bytes,
  older_freed_bytes: bytes,
  calls: count,
  native: v.optional(v.boolean()),
  truncated_stacks: count,
  frame_rules: v.optional(v.object({ table: v.number(), code: v.optional(v.number()), pointer: v.number() })),
  js_frames_refused: v.optional(v.string()),
  js_sampling: v.optional(
    v.object({
      interval_bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      other_threads: count,
    }),
  ),
  js_samples_refused: v.optional(v.string()),
  /** Locations whose step to the caller was found by reading machine code. */
  code_rule_locations: v.optional(v.array(v.pipe(v.number(), v.safeInteger()))),
});

export interface ReadComment {
  readonly meta: ProfileMeta;
  readonly codeLocations: ReadonlySet<number>;
}

export function writeComment(meta: ProfileMeta, codeLocations: readonly number[]): string {
  return stableJson(
    defined({
      schema: meta.schema,
      id: meta.id,
      environment: meta.environment,
      peak_bytes: meta.peakBytes,
      native_at_peak_bytes: meta.nativeAtPeakBytes,
      js_at_peak_bytes: meta.jsAtPeakBytes,
      mapped_other_at_peak_bytes: meta.mappedOtherAtPeakBytes,
      native_peak_bytes: meta.nativePeakBytes,
      run_peak_bytes: meta.runPeakBytes,
      older_freed_bytes: meta.olderFreedBytes,
      calls: meta.calls,
      native: meta.native,
      truncated_stacks: meta.truncatedStacks,
      frame_rules: meta.frameRules,
      js_frames_refused: meta.jsFramesRefused,
      js_sampling: meta.jsSampling && writtenSampling(meta.jsSampling),
      js_samples_refused: meta.jsSamplesRefused,
      code_rule_locations: codeLocations.length === 0 ? undefined : codeLocations,
    }),
  );
}

/** Undefined for what is no such comment, or one of a later benchmem. */
export function readComment(json: string): ReadComment | undefined {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return undefined;
  }
  const read = v.safeParse(metaSchema, document);
  if (!read.success) return undefined;
  const { output } = read;
  const meta = defined({
    schema: output.schema,
    id: output.id,
    environment: output.environment,
    peakBytes: output.peak_bytes,
    nativeAtPeakBytes: output.native_at_peak_bytes,
    jsAtPeakBytes: output.js_at_peak_bytes,
    mappedOtherAtPeakBytes: output.mapped_other_at_peak_bytes,
    nativePeakBytes: output.native_peak_bytes,
    runPeakBytes: output.run_peak_bytes,
    olderFreedBytes: output.older_freed_bytes,
    calls: output.calls,
    native: output.native,
    truncatedStacks: output.truncated_stacks,
    frameRules: output.frame_rules && defined(output.frame_rules),
    jsFramesRefused: output.js_frames_refused,
    jsSampling: output.js_sampling && readSampling(output.js_sampling),
    jsSamplesRefused: output.js_samples_refused,
  });
  return { meta, codeLocations: new Set(output.code_rule_locations) };
}

function writtenSampling({ intervalBytes, otherThreads }: JsSampling) {
  return defined({
    interval_bytes: intervalBytes,
    other_threads: otherThreads,
  });
}

function readSampling(written: NonNullable<v.InferOutput<typeof metaSchema>['js_sampling']>): JsSampling {
  const { interval_bytes: intervalBytes, other_threads: otherThreads } = written;
  return { intervalBytes, ...defined({ otherThreads }) };
}

// WHY: it is sorted below the first level, because who put an environment together, and in what order, is no part of a profile.
function stableJson(document: object): string {
  return JSON.stringify(document, (key, value: unknown) =>
    key === '' || !isRecord(value)
      ? value
      : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}
