// Which limits a measurement passes: more than the limit fails, and a limit of what was not measured is no pass.
import { describe, expect, it } from 'vitest';
import { judgeLeakReport, judgeSample, tierFor } from '../../src/limits/judge.js';

const site = (bytes: number) => ({ bytes, count: 1, stack: [] });
const leak = {
  isLeak: true,
  perCallBytes: 100,
  nativeBytes: 100,
  jsBytes: 0,
  noisy: false,
  rounds: 12,
  calls: 1140,
};

describe('a sample', () => {
  it('keeps a limit that it equals, and passes one by a byte', () => {
    expect(judgeSample({ peak_bytes: 100 }, { peak_bytes: 100 })).toEqual([]);
    expect(judgeSample({ peak_bytes: 99 }, { peak_bytes: 100 })).toEqual([
      { field: 'peak_bytes', value: 100, limit: 99 },
    ]);
    expect(judgeSample({ allocations: 0 }, { allocations: 1 })).toHaveLength(1);
  });

  it('passes each limit by itself, in the order in which they were given', () => {
    const sample = { peak_bytes: 5, allocations: 7, total_bytes: 9 };
    const breaches = judgeSample({ total_bytes: 1, peak_bytes: 5, allocations: 6 }, sample);
    expect(breaches.map(({ field }) => field)).toEqual(['total_bytes', 'allocations']);
  });

  it('never passes a limit of what is retained by freeing more than it kept', () => {
    expect(judgeSample({ retained_bytes: 0 }, { retained_bytes: -5 })).toEqual([]);
  });

  it.each(['peak_bytes', 'mapped_peak_bytes', 'retained_bytes'])(
    'without %s cannot be judged by it',
    (field) => {
      expect(() => judgeSample({ [field]: 1 }, { allocations: 1 })).toThrow(
        expect.objectContaining({ code: 'NOT_MEASURED', message: expect.stringContaining(field) }),
      );
    },
  );

  it('is judged by its largest stack', () => {
    const sites = [site(5), site(50), site(20)];
    expect(judgeSample({ per_stack_bytes: 50 }, {}, sites)).toEqual([]);
    expect(judgeSample({ per_stack_bytes: 10 }, {}, sites)).toEqual([
      { field: 'per_stack_bytes', value: 50, limit: 10, site: site(50) },
    ]);
    expect(() => judgeSample({ per_stack_bytes: 10 }, {})).toThrow('was not measured');
  });
});

describe('a report of leaks', () => {
  it('passes a limit per call', () => {
    expect(judgeLeakReport({ leak_per_call_bytes: 100 }, leak)).toEqual([]);
    expect(judgeLeakReport({ leak_per_call_bytes: 99 }, leak)).toEqual([
      { field: 'leak_per_call_bytes', value: 100, limit: 99 },
    ]);
  });

  it('passes a limit per stack that no sum would', () => {
    const sites = [site(60), site(40)];
    expect(judgeLeakReport({ leak_per_stack_bytes: 60 }, { ...leak, sites })).toEqual([]);
    expect(judgeLeakReport({ leak_per_stack_bytes: 59 }, { ...leak, sites })).toMatchObject([{ value: 60 }]);
    expect(() => judgeLeakReport({ leak_per_stack_bytes: 1 }, { ...leak, sitesRefused: 'too many' })).toThrow(
      'was not measured, so that its limit could never fail: too many',
    );
    // Only the JavaScript heap grew: there is no native stack to blame.
    expect(judgeLeakReport({ leak_per_stack_bytes: 1 }, { ...leak, nativeBytes: 0 })).toEqual([]);
  });

  it('passes no limit where the rule found no leak', () => {
    expect(judgeLeakReport({ leak_per_call_bytes: 0 }, { ...leak, isLeak: false })).toEqual([]);
  });
});

describe('the window of limits', () => {
  it('is settled no more than they need', () => {
    expect(tierFor({ allocations: 1, native_total_bytes: 2 })).toBe('light');
    expect(tierFor({ native_peak_bytes: 1 })).toBe('near-live');
    expect(tierFor({ allocations: 1, peak_bytes: 2 })).toBe('near-live');
    expect(tierFor({ peak_bytes: 1, retained_bytes: 2 })).toBe('full');
    expect(tierFor({})).toBe('light');
  });
});
