// The sampling loop against stored answers, through measureMemory's own course over a fake binding: our own cases, and
// more in the folder that BENCHMEM_GOLDEN_DIR names (golden/adaptive.json).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measureWith } from '../../src/engine/measure.js';
import { warmHost } from '../unit/engine-support/fake-host.js';

interface StoredSeries {
  /** Of each pass, in order; the last one repeats. */
  readonly peaks: readonly number[];
  /** What each pass takes, in seconds. */
  readonly tick_s: number;
  readonly options: Readonly<Record<string, number>>;
  readonly passes: number;
  readonly series: readonly number[];
  readonly headline_peak: number;
  readonly peak_max: number;
  /** Of the first pass with the lowest peak: pass n makes 10 + n allocations, of three times its peak. */
  readonly allocations: number;
  readonly total_bytes: number;
  readonly warmup_calls: number;
}

const roots = [fileURLToPath(new URL('./adaptive', import.meta.url))];
if (process.env.BENCHMEM_GOLDEN_DIR !== undefined) roots.push(process.env.BENCHMEM_GOLDEN_DIR);
const files = roots.map((root) => join(root, 'golden/adaptive.json')).filter((file) => existsSync(file));

function optionsOf({ options }: StoredSeries) {
  const { max_time, min_passes, max_passes, ...same } = options;
  return {
    ...same,
    ...(max_time !== undefined && { maxTimeMs: max_time * 1000 }),
    ...(min_passes !== undefined && { minPasses: min_passes }),
    ...(max_passes !== undefined && { maxPasses: max_passes }),
  };
}

async function answerOf(stored: StoredSeries) {
  const host = await warmHost();
  let calls = 0;
  const action = () => {
    const pass = calls - stored.warmup_calls;
    calls += 1;
    if (pass < 0) return;
    const peakBytes = stored.peaks[Math.min(pass, stored.peaks.length - 1)] as number;
    host.binding.allocate({ peakBytes, allocations: 10 + pass, totalBytes: 3 * peakBytes });
    host.advance(stored.tick_s * 1000);
  };
  const result = await measureWith(() => host, action, optionsOf(stored));
  return {
    passes: result.repeats,
    series: result.series('peak_bytes'),
    headline_peak: result.peakBytes,
    peak_max: result.peakBytesMax,
    allocations: result.representative.allocations,
    // WHY: this is not the sum, because the fake heap has allocations of its own.
    total_bytes: result.representative.native_total_bytes,
    warmup_calls: calls - result.repeats,
  };
}

describe.each(files)('the series of %s', (file) => {
  const cases = JSON.parse(readFileSync(file, 'utf8')) as StoredSeries[];

  it('are some', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  it.each(cases.map((stored, index) => ({ index, stored })))('case $index', async ({ stored }) => {
    const answer = await answerOf(stored);
    expect(answer).toEqual(
      Object.fromEntries(Object.keys(answer).map((name) => [name, stored[name as keyof StoredSeries]])),
    );
  });
});
