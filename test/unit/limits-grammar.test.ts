// How a test writes its limits: every text is a size or an error that names it.
import { describe, expect, it } from 'vitest';
import { sampleFields } from '../../src/engine/result/sample.js';
import { type MemoryLimits, parseLeakLimits, parseMemoryLimits } from '../../src/limits/limits.js';
import { metrics } from '../../src/stats/metrics.js';

const read = (limit: unknown) => parseMemoryLimits(limit, 'limitMemory');

describe('a size', () => {
  // What pytest users write, and what it means here: a decimal KB is 1000 bytes, and the whole text must be a size.
  it.each<[string | number, number]>([
    ['24 MB', 24e6],
    ['24MB', 24e6],
    ['1KB', 1e3],
    ['1 B', 1],
    ['.5 GB', 5e8],
    ['1.5GB', 1.5e9],
    ['100', 100],
    ['100 KiB', 102_400],
    ['1 TB', 1e12],
    ['2 PB', 2e15],
    ['2 PiB', 2 ** 51],
    [' 10MB', 1e7],
    ['10\tMB', 1e7],
    ['10.MB', 1e7],
    ['0 B', 0],
    [0, 0],
    [2.5e6, 2.5e6],
    [Number.MAX_VALUE, Number.MAX_VALUE],
  ])('%j is %d bytes', (text, bytes) => {
    expect(read(text)).toEqual({ peak_bytes: bytes });
    expect(parseLeakLimits(text, 'limitLeaks')).toEqual({ leak_per_call_bytes: bytes });
  });

  it.each<[unknown, RegExp]>([
    ['24 mb', /"24 mb" is not a limit of peak: mb is not a unit of peak/],
    ['+3 KB', /"\+3 KB" is not a limit of peak/],
    ['-3 KB', /"-3 KB" is not a limit of peak/],
    ['5 EB', /EB is not a unit of peak/],
    ['MB', /MB is not a non-negative decimal/],
    ['', /"" is not a limit of peak/],
    ['10 MBytes', /MBytes is not a unit/],
    ['1e3 MB', /1e3 MB is not a non-negative decimal/],
    ['1,5 MB', /1,5 MB is not a non-negative decimal/],
    ['10 M', /M is not a unit/],
    ['10MB extra', /MB extra is not a unit/],
    ['10%', /a ceiling is absolute/],
    ['10MB+1KB', /not a limit of peak/],
    [-1, /-1 is not a limit of peak: it is not a non-negative number/],
    [Number.NaN, /NaN is not a limit of peak/],
    [Number.POSITIVE_INFINITY, /Infinity is not a limit of peak/],
    [null, /null is not a limit of peak: it is neither text nor a number/],
    [true, /true is not a limit/],
    [[], /is not a limit/],
    [() => {}, /is not a limit/],
  ])('%j is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', hint: expect.stringMatching(/./) }),
    );
  });
});

describe('limits of several metrics', () => {
  it('are by the field that each is for', () => {
    const limits: MemoryLimits = {
      peak: '24 MB',
      native: 1000,
      js: '1 KiB',
      allocated: '1 GB',
      allocations: 2000,
      engine: '1 MB',
      retained: 0,
      mapped: '1 MB',
      perStack: '1 MB',
      native_total_bytes: '2 MB',
    };
    expect(read(limits)).toEqual({
      peak_bytes: 24e6,
      native_peak_bytes: 1000,
      js_peak_bytes: 1024,
      total_bytes: 1e9,
      allocations: 2000,
      engine_peak_bytes: 1e6,
      retained_bytes: 0,
      mapped_peak_bytes: 1e6,
      per_stack_bytes: 1e6,
      native_total_bytes: 2e6,
    });
  });

  const unseen = ['time', 'objects', 'rss'];
  const unseenFields = ['objects', 'rss_bytes'];

  it('may be of every metric and field that a window around a test gives', () => {
    for (const { name } of metrics.filter((metric) => !unseen.includes(metric.name))) {
      expect(Object.values(read({ [name]: 7 }))).toEqual([7]);
    }
    for (const field of sampleFields.filter((each) => !unseenFields.includes(each))) {
      expect(read({ [field]: 7 })).toEqual({ [field]: 7 });
    }
  });

  it.each([...unseen, ...unseenFields])('may not be of %s', (name) => {
    expect(() => read({ [name]: 7 })).toThrow(`${name} cannot be limited in a test`);
  });

  it('names what is meant by a wrong name', () => {
    expect(() => read({ peek: 7 })).toThrow(expect.objectContaining({ hint: 'did you mean peak?' }));
    expect(() => read({ '\u001b[31mred': 7 })).toThrow('there is no limit "\\u001b[31mred"');
    expect(() => parseLeakLimits({ peak: 7 }, 'limitLeaks')).toThrow('there is no limit "peak"');
  });

  it('take no unit for a count', () => {
    expect(read({ allocations: '2000' })).toEqual({ allocations: 2000 });
    expect(() => read({ allocations: '2 KB' })).toThrow('allocations is a count: KB is not a unit of it');
  });

  it('leave out what is false or absent', () => {
    expect(read({ peak: false, native: undefined, js: 1 })).toEqual({ js_peak_bytes: 1 });
    expect(read({ peak: false })).toEqual({});
  });

  it('are not none', () => {
    expect(() => read({})).toThrow('no limit was given');
    expect(() => read({ peak: undefined })).toThrow('no limit was given');
    expect(() => read(undefined)).toThrow('no limit was given');
  });
});
