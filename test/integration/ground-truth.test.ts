// Exact: the ground-truth scripts on this Node, few repetitions, in every mode. The whole matrix with hundreds of
// repetitions is `npm test -- node-matrix`. Also shows that the comparison itself can fail.
import { describe, expect, it } from 'vitest';
import { groundTruth } from '../../scripts/lib/ground-truth.mjs';
import type { ProfileReading } from '../../src/native/contract.js';
import { expectedWindows } from './ground-truth-model.js';
import { type GroundTruthAddon, type GroundTruthBinding, runScript } from './ground-truth-runner.js';
import { exactMarkScript, threadFilterScript } from './ground-truth-scripts.js';

describe('ground truth', () => {
  it.each(['attached', 'jemalloc', 'system'])('has error 0 in %s mode', async (mode) => {
    const report = await groundTruth({ mode, repetitions: 4, firstSeed: 11 });
    expect(report.discrepancies).toEqual([]);
    expect(report.scripts).toBeGreaterThanOrEqual(12);
    expect(report.windows).toBeGreaterThan(1000);
  });
});

describe('ground truth with a profile of every window', () => {
  it.each(['attached', 'jemalloc', 'system'])('has error 0 in %s mode', async (mode) => {
    const report = await groundTruth({ mode, repetitions: 2, firstSeed: 31, profile: true });
    expect(report.discrepancies).toEqual([]);
    expect(report.scripts).toBeGreaterThanOrEqual(6);
    expect(report.windows).toBeGreaterThan(500);
  });
});

describe('the model', () => {
  const open = ['threads 2', 'slots 9', '0 malloc 0 100', 'open'];

  it('knows count, total, peak and live of a script worked out by hand', () => {
    const script = [
      ...open,
      '0 malloc 1 10',
      '1 calloc 2 3 20',
      'barrier',
      '1 realloc 0 5',
      'barrier',
      '0 realloc 1 40',
      '1 free 2',
      'barrier',
      '0 free 0',
      'close',
    ];
    const [window] = expectedWindows(script.filter((line) => line !== '0 realloc 1 40').join('\n'));
    expect(window).toEqual({
      allocations: 3,
      totalBytes: 75,
      peakBytes: 75,
      liveBytes: 10,
      measuredLiveBytes: 10,
      olderFreedBlocks: 1,
    });
  });

  it('refuses a script whose peak depends on the order of two threads', () => {
    const script = [...open, '0 malloc 1 10', 'barrier', '0 free 1', '1 malloc 2 20', 'close'].join('\n');
    expect(() => expectedWindows(script)).toThrow('depends on the order');
  });

  it('refuses a script in which two threads share a slot at once', () => {
    const script = [...open, '0 malloc 1 10', '1 free 1', 'close'].join('\n');
    expect(() => expectedWindows(script)).toThrow('shared');
  });

  it('counts only the calling thread where the window does', () => {
    const [everyone] = expectedWindows(threadFilterScript(3), 'all');
    const [caller] = expectedWindows(threadFilterScript(3), 'js');
    expect(caller?.allocations).toBeGreaterThan(0);
    expect(caller?.allocations).toBeLessThan((everyone?.allocations ?? 0) / 2);
  });
});

describe('the comparison', () => {
  const text = exactMarkScript(5, 2, 1);
  const [expected] = expectedWindows(text);
  if (expected === undefined) throw new Error('the script has no window');
  const { allocations, totalBytes, peakBytes, liveBytes } = expected;
  const right = { allocations, totalBytes, peakBytes, liveBytes, olderFreedBlocks: 0, olderFreedBytes: 0 };
  const addonOf = (stops: number[]): GroundTruthAddon => ({
    prepare: () => {},
    advance: () => stops.shift() ?? 4,
    finish: () => ({ count: 0, messages: [] }),
  });
  const bindingOf = (program: typeof right): GroundTruthBinding => {
    const reading = {
      program,
      engine: right,
      sum: { peakBytes: 0, nativeAtPeakBytes: 0 },
      settlements: 0,
      threadsSeen: 1,
      phase: 'measuring' as const,
    };
    return {
      openWindow: () => 1n,
      drainWindow: () => {},
      readWindow: () => reading,
      windowObjects: () => [{ object: '/x/ground-truth.node', source: 'program', ...right }],
      closeWindow: () => reading,
    };
  };

  it('is content with the expected figures', () => {
    expect(runScript(addonOf([1, 3]), bindingOf(right), text).discrepancies).toEqual([]);
  });

  it.each(['allocations', 'totalBytes', 'peakBytes', 'liveBytes', 'olderFreedBlocks'] as const)(
    'sees %s that is off by one',
    (figure) => {
      const wrong = { ...right, [figure]: right[figure] + 1 };
      expect(runScript(addonOf([1, 3]), bindingOf(wrong), text).discrepancies).not.toEqual([]);
    },
  );

  it.each([0, 1, 4, 6, 8])('sees a profile whose figure %d is off by one', (column) => {
    const figures = Float64Array.from([allocations, totalBytes, 0, 0, liveBytes, 0, peakBytes, 0, 0]);
    const profileOf = (): ProfileReading => ({
      frames: BigUint64Array.of((1n << 62n) | 0x10000n),
      nodes: Uint32Array.of(0, 0, 0, 0),
      stacks: Uint32Array.of(1),
      figures,
      objects: [],
      functions: [],
      totals: { allocations, bytes: totalBytes, live: liveBytes, sumAtMark: 0, peak: peakBytes },
      truncatedStacks: 0,
      frameRules: { table: 0, code: 0, pointer: 0 },
    });
    const profiled = { ...bindingOf(right), readProfile: profileOf };
    expect(runScript(addonOf([1, 3]), profiled, text).discrepancies).toEqual([]);
    figures[column] = (figures[column] ?? 0) + 1;
    expect(runScript(addonOf([1, 3]), profiled, text).discrepancies).not.toEqual([]);
  });

  it('sees a window that is missing', () => {
    expect(runScript(addonOf([]), bindingOf(right), text).discrepancies).toEqual([
      'windows: expected 1, got 0',
    ]);
  });
});
