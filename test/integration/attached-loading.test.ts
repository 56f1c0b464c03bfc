// Libraries that are loaded and unloaded inside a window: every call counts, their constructors' too, and dlopen
// finds what it found without the hooks.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from './attached-addon.js';
import type { LoadingReport } from './attached-loading-child.js';
import { buildLibraries, runChild } from './attached-process.js';

const callsInConstructor = 7;
// WHY: the emulator does not hand out a freed address again, as the kernel does, so that two libraries never stand in one place.
const isEmulated = (process.env.BENCHMEM_MATRIX_ARCH ?? process.arch) !== process.arch;

// Calls that the hooks missed while the library was loaded, constructors included.
const missed = ({ attached, counted }: Comparison): number => counted - attached;

describe('a library loaded inside a window', () => {
  let report: LoadingReport;
  beforeAll(async () => {
    buildLibraries();
    report = await runChild<LoadingReport>('attached-loading-child.ts', {
      counter: 'completeness',
      flags: ['--predictable'],
    });
  });

  it('has none of its constructor missed', () => {
    expect(report.opened.result).toBe(0);
    expect(report.opened.counted).toBeGreaterThan(callsInConstructor); // the loader's own calls are beside them
    expect(missed(report.opened)).toBe(0);
  });

  it('has every later call counted, through jump slots and through pointers in its data', () => {
    expect(report.called.result).toBe(10);
    expect(report.called.counted).toBeGreaterThanOrEqual(10);
    expect(missed(report.called)).toBe(0);
  });

  it('has its destructor counted', () => {
    expect(report.closed.result).toBe(0);
    expect(report.closed.counted).toBeGreaterThanOrEqual(3);
    expect(missed(report.closed)).toBe(0);
  });

  it('may come and go many times', () => {
    expect(report.reloaded.result).toBe(100);
    expect(report.reloaded.counted).toBeGreaterThan(20 * (callsInConstructor + 5 + 3));
    expect(missed(report.reloaded)).toBe(0);
  });

  it('is found through the RUNPATH of its caller', () => {
    expect(report.throughRunpath.result).toBe(30);
    expect(report.throughRunpath.counted).toBeGreaterThan(30);
    expect(missed(report.throughRunpath)).toBe(0);
  });

  it('that does not exist is still an error, and counted', () => {
    expect(report.missing.result).toBe(-1);
    expect(missed(report.missing)).toBe(0);
  });

  it('by the C library itself is counted as well', () => {
    expect(report.convertersMapped.before).toBe(0);
    expect(report.converted.result).toBe(4);
    expect(report.converted.counted).toBeGreaterThan(5);
    expect(missed(report.converted)).toBe(0);
  });

  it('is charged with its own calls, and an unloaded one with none', () => {
    expect(report.twinsInOnePlace).toBe(!isEmulated);
    const attributed = { constructor: 40, target: 30, ofFirst: 10, toUnloaded: 0, ofSecond: 10 };
    expect(report.attributed).toEqual(attributed);
  });
});
