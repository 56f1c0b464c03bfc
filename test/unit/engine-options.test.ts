// Every misuse of the public functions is a typed error that names the value and says what to pass.
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../src/engine/open-window.js';
import { checkMeasureOptions, samplingPlan } from '../../src/engine/options.js';
import { takesRss } from '../../src/engine/options-beside.js';
import { BenchmemError } from '../../src/errors.js';
import { fakeHost } from './engine-support/fake-host.js';

function refusal(action: unknown, options: unknown): BenchmemError {
  try {
    checkMeasureOptions(action, options);
  } catch (error) {
    if (error instanceof BenchmemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const run = () => {};
const job = { module: 'file:///job.js', export: 'run' };

const misuses: ReadonlyArray<readonly [string, unknown, unknown, string, RegExp]> = [
  ['negative repeats', run, { repeats: -1 }, 'INVALID_OPTION', /repeats is -1/],
  ['no repeats', run, { repeats: 0 }, 'INVALID_OPTION', /repeats is 0/],
  ['a fraction', run, { calls: 1.5 }, 'INVALID_OPTION', /calls is 1.5/],
  ['a text for a number', run, { warmup: '2' }, 'INVALID_OPTION', /warmup is "2"/],
  ['a time that is not a number', run, { maxTimeMs: Number.NaN }, 'INVALID_OPTION', /maxTimeMs is NaN/],
  ['a time without end', run, { maxTimeMs: Number.POSITIVE_INFINITY }, 'INVALID_OPTION', /Infinity/],
  ['an unknown option', run, { repeat: 3 }, 'INVALID_OPTION', /no option repeat$/],
  ['a name of Object', run, { constructor: 3 }, 'INVALID_OPTION', /no option constructor$/],
  ['options that are no object', run, 3, 'INVALID_OPTION', /options is 3/],
  ['an unknown thread filter', run, { threads: 'some' }, 'INVALID_OPTION', /threads is "some"/],
  ['a signal that is none', run, { signal: {} }, 'INVALID_OPTION', /signal is an object/],
  ['a setup that is none', run, { setup: 3 }, 'INVALID_OPTION', /setup is 3/],
  ['an action that is none', 'run', {}, 'INVALID_ACTION', /"run"/],
  ['an action without a module', { export: 'run' }, {}, 'INVALID_ACTION', /an object/],
  ['an export that is not a name', { module: '/job.js', export: 5 }, {}, 'INVALID_ACTION', /export/],
  ['arguments that are no list', { module: '/job.js', args: 'abc' }, {}, 'INVALID_ACTION', /args/],
  ['no arguments as null', { module: '/job.js', args: null }, { isolate: true }, 'INVALID_ACTION', /args/],
  ['a misspelt field', { module: '/job.js', exports: 'run' }, {}, 'INVALID_ACTION', /exports/],
  [
    'a setup with a misspelt field',
    job,
    { isolate: true, setup: { module: '/job.js', name: 'prepare' } },
    'INVALID_OPTION',
    /the setup has a field name/,
  ],
  ["a module's setup in this process", run, { setup: { module: '/job.js' } }, 'NEEDS_ISOLATE', /setup/],
  ['a closure for a child', run, { isolate: true }, 'CLOSURE_NOT_ISOLATABLE', /function run/],
  ['a setup closure for a child', job, { isolate: true, setup: run }, 'CLOSURE_NOT_ISOLATABLE', /the setup/],
  ['an allocator without a child', run, { allocator: 'jemalloc' }, 'NEEDS_ISOLATE', /allocator/],
  ['an unknown allocator', job, { isolate: true, allocator: 'tcmalloc' }, 'INVALID_OPTION', /"tcmalloc"/],
  [
    'an allocator for an attached child',
    job,
    { isolate: true, attached: true, allocator: 'system' },
    'INVALID_OPTION',
    /attached/,
  ],
  ['quick in this process', job, { quick: true }, 'NEEDS_ISOLATE', /quick/],
  [
    'quick in an attached child',
    job,
    { isolate: true, quick: true, attached: true },
    'INVALID_OPTION',
    /quick/,
  ],
  [
    'quick with what it leaves out',
    job,
    { isolate: true, quick: true, exposePrivate: true },
    'INVALID_OPTION',
    /exposePrivate/,
  ],
  ['quick that is no switch', job, { isolate: true, quick: 1 }, 'INVALID_OPTION', /quick is 1/],
  ['rss in this process', job, { rss: true }, 'NEEDS_ISOLATE', /rss/],
  ['objects in this process', job, { objects: true }, 'NEEDS_ISOLATE', /objects/],
  ['rss of one attached child', job, { isolate: true, attached: true, rss: true }, 'INVALID_OPTION', /rss/],
  [
    'objects of one attached child',
    job,
    { isolate: true, attached: true, objects: true },
    'INVALID_OPTION',
    /objects/,
  ],
  ['cold in this process', job, { cold: true }, 'NEEDS_ISOLATE', /cold/],
  ['cold beside several calls', job, { isolate: true, cold: true, calls: 2 }, 'INVALID_OPTION', /calls 2/],
  ['cold beside warm-ups', job, { isolate: true, cold: true, warmup: 2 }, 'INVALID_OPTION', /warmup 2/],
  ['cold and attached', job, { isolate: true, cold: true, attached: true }, 'INVALID_OPTION', /attached/],
  ['a time limit of nothing', run, { timeoutMs: 0 }, 'INVALID_OPTION', /timeoutMs is 0/],
  ['a time limit that no timer takes', run, { timeoutMs: 2 ** 31 }, 'INVALID_OPTION', /timeoutMs/],
  ['rssPasses in this process', job, { rssPasses: 2 }, 'NEEDS_ISOLATE', /rssPasses/],
];

describe('a misuse', () => {
  it.each(misuses)('%s', (_what, action, options, code, message) => {
    const error = refusal(action, options);
    expect([error.code, error.exitCode]).toEqual([code, 2]);
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });

  it('of isolate shows the form that a child can find', () => {
    expect(refusal(run, { isolate: true }).hint).toMatch(/\{ module: .*, export: .*, args: \[.*\] \}/);
  });

  it('is not shown in full where the value is long', () => {
    expect(refusal('x'.repeat(1e6), {}).message.length).toBeLessThan(200);
  });
});

describe('options', () => {
  it.each([
    ['nothing', run, {}],
    ['cold beside the defaults, and rss', job, { isolate: true, cold: true, calls: 1, warmup: 1, rss: true }],
    ['values that are undefined', run, { repeats: undefined, nonsense: undefined }],
    ['a time beside repeats, which has no say then', run, { repeats: 2, maxTimeMs: 5 }],
    ['no patience and no warm-up', run, { patience: 0, warmup: 0, maxTimeMs: 0 }],
    ['a module in this process', job, {}],
    ['a module in a child', job, { isolate: true, allocator: 'system', setup: job, rss: false }],
    ['a module by URL object', { module: new URL('file:///job.js') }, { isolate: true }],
  ])('may be %s', (_what, action, options) => {
    expect(() => checkMeasureOptions(action, options)).not.toThrow();
  });

  it('have these defaults', () => {
    expect(samplingPlan({})).toEqual({
      loop: { minPasses: 2, maxPasses: 10, patience: 2 },
      warmup: 1,
      cold: false,
      calls: 1,
      threads: 'all',
      settle: true,
    });
  });
});

describe('resident memory', () => {
  it.each([
    [{}, false],
    [{ rss: true }, true],
    [{ rssPasses: 2 }, true],
    [{ rss: true, rssPasses: 2 }, true],
    [{ rss: false, rssPasses: 2 }, false],
  ])('of %j is taken: %s', (options, isTaken) => {
    expect(() => checkMeasureOptions(job, { isolate: true, ...options })).not.toThrow();
    expect(takesRss(options)).toBe(isTaken);
  });
});

describe('openWindow', () => {
  it('knows its own options only', () => {
    expect(() => openWindow({ repeats: 3 } as never, fakeHost())).toThrow(/no option repeats/);
  });
});
