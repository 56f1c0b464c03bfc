// What a test is measured for: how settings are read, which of two wins, and what follows from them.
import { describe, expect, it } from 'vitest';
import { docblockSettings } from '../../src/testing/docblock.js';
import { planOf } from '../../src/testing/plan.js';
import {
  limitsInForce,
  mergeSettings,
  readSettings,
  readShortSettings,
  readTestsConfig,
  type TestSettings,
} from '../../src/testing/settings.js';

function codeAndHint(call: () => unknown): { code: string; message: string; hint: string } {
  try {
    call();
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return { code, message, hint };
  }
  throw new Error('nothing was thrown');
}

describe('settings', () => {
  it('are taken as they are', () => {
    const settings = {
      limits: { peak: '64 MB' },
      leaks: '0 B',
      leakCalls: 10,
      threads: 'current',
      report: true,
    };
    expect(readSettings(settings, 'memory()')).toEqual(settings);
    expect(readTestsConfig({ most: 0, failOnIncrease: ['peak:5%'], save: 'main' }, 'tests')).toBeDefined();
  });

  const refused: ReadonlyArray<readonly [unknown, RegExp, RegExp]> = [
    [null, /null is not an object of settings/, /limits/],
    [[], /\[\] is not an object/, /limits/],
    ['64 MB', /"64 MB" is not an object/, /limits/],
    [{ limit: '64 MB' }, /no setting "limit"/, /did you mean limits/],
    [{ zzzz: 1 }, /no setting "zzzz"/, /choose from limits/],
    [{ limits: '64 MB' }, /limits cannot be "64 MB"/, /peak/],
    [{ leaks: true }, /leaks cannot be true/, /'0 B'/],
    [{ leakCalls: 0 }, /leakCalls cannot be 0/, /30/],
    [{ leakCalls: 1.5 }, /leakCalls cannot be 1.5/, /30/],
    [{ threads: 'main' }, /threads cannot be "main"/, /'current'/],
    [{ report: 'yes' }, /report cannot be "yes"/, /report: true/],
    [{ __proto__: null, constructor: 1 }, /no setting "constructor"/, /choose from/],
  ];
  it.each(refused)('are refused: %j', (value, message, hint) => {
    const error = codeAndHint(() => readSettings(value, 'memory()'));
    expect(error.code).toBe('INVALID_OPTION');
    expect(error.message).toMatch(/^memory\(\): /);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('may be written in short', () => {
    expect(readShortSettings('24 MB', 'x')).toEqual({ limits: { peak: '24 MB' } });
    expect(readShortSettings(24e6, 'x')).toEqual({ limits: { peak: 24e6 } });
    expect(readShortSettings(false, 'x')).toEqual({ limits: false, leaks: false });
    expect(readShortSettings({ peak: '1 MB', allocations: 5, leaks: '0 B' }, 'x')).toEqual({
      limits: { peak: '1 MB', allocations: 5 },
      leaks: '0 B',
    });
    expect(readShortSettings({ limits: { native: 1 }, peak: 2 }, 'x')).toEqual({
      limits: { native: 1, peak: 2 },
    });
  });

  it('are refused in short where they contradict themselves or mean nothing', () => {
    expect(codeAndHint(() => readShortSettings({ limits: false, peak: 1 }, 'x')).code).toBe('INVALID_OPTION');
    expect(codeAndHint(() => readShortSettings(true, 'x')).message).toMatch(/true is not an object/);
    expect(codeAndHint(() => readShortSettings({ peek: 1 }, 'x')).hint).toBe('did you mean peak?');
  });
});

describe('what is nearer to the test', () => {
  const merged: ReadonlyArray<readonly [string, readonly (TestSettings | undefined)[], TestSettings]> = [
    ['wins', [{ leaks: '1 MB' }, { leaks: '0 B' }], { leaks: '0 B' }],
    [
      'leaves what it does not say',
      [{ leaks: 1, threads: 'all' }, undefined, {}],
      { leaks: 1, threads: 'all' },
    ],
    [
      'wins limit by limit',
      [{ limits: { peak: 1, native: 2 } }, { limits: { peak: 3 } }],
      { limits: { native: 2, peak: 3 } },
    ],
    [
      'wins by any name of a limit',
      [{ limits: { peak: 1 } }, { limits: { peak_bytes: 3 } }],
      { limits: { peak_bytes: 3 } },
    ],
    [
      'lifts one limit',
      [{ limits: { peak: 1, js: 2 } }, { limits: { peak: false } }],
      { limits: { js: 2, peak: false } },
    ],
    ['lifts all', [{ limits: { peak: 1 } }, { limits: false }], { limits: false }],
    ['sets again what was lifted', [{ limits: false }, { limits: { peak: 1 } }], { limits: { peak: 1 } }],
    ['says nothing by undefined', [{ leaks: 1 }, { leaks: undefined } as never], { leaks: 1 }],
  ];
  it.each(merged)('%s', (_what, layers, expected) => {
    expect(mergeSettings(...layers)).toEqual(expected);
  });

  it('leaves no limit where all are lifted', () => {
    expect(limitsInForce({ limits: { peak: false } })).toBeUndefined();
    expect(limitsInForce({ limits: false })).toBeUndefined();
    expect(limitsInForce({ limits: { peak: false, js: 1 } })).toEqual({ js: 1 });
  });
});

describe('the plan of a test', () => {
  it('is none without a limit and without a report', () => {
    for (const settings of [{}, { limits: false }, { limits: { peak: false } }, { leaks: false }] as const) {
      expect(planOf(settings, false, 'x')).toBeUndefined();
      expect(planOf(settings, true, 'x')).toEqual({
        limits: {},
        tier: 'light',
        threads: 'all',
        profiled: false,
        nativeFrames: false,
        sizes: false,
      });
    }
  });

  it('settles as much as its limits need', () => {
    const tierOf = (limits: object) => planOf({ limits }, false, 'x')?.tier;
    expect(tierOf({ allocations: 5 })).toBe('light');
    expect(tierOf({ peak: '1 MB' })).toBe('near-live');
    expect(tierOf({ retained: 0 })).toBe('full');
  });

  it('holds limits by field, and those of leaks apart', () => {
    expect(planOf({ limits: { peak: '24 MB' }, leaks: '16 B', leakCalls: 10 }, false, 'x')).toEqual({
      limits: { peak_bytes: 24e6 },
      leaks: { leak_per_call_bytes: 16 },
      leakCalls: 10,
      tier: 'near-live',
      threads: 'all',
      profiled: false,
      nativeFrames: false,
      sizes: false,
    });
  });

  it('keeps stacks for what needs them only', () => {
    const profiled = (settings: TestSettings) => planOf(settings, true, 'x')?.profiled;
    expect([{ stacks: true }, { native: true }].map(profiled)).toEqual([false, false]);
    const limits = { peak: '1 MB' };
    const needing = [
      { sizes: true },
      { profile: 'memory' },
      { stacks: true, limits },
      { limits: { perStack: 1 } },
    ];
    expect(needing.map(profiled)).toEqual([true, true, true, true]);
    expect(planOf({ profile: 'memory' }, true, 'x')?.profile).toEqual({ folder: 'memory', most: 5 });
  });

  it('names where a limit stands that cannot be read', () => {
    const { code, message } = codeAndHint(() =>
      planOf({ limits: { peak: '24 QB' } }, false, 'the test parses'),
    );
    expect(code).toBe('INVALID_OPTION');
    expect(message).toMatch(/the test parses.*24 QB/);
  });
});

describe('the comment that a file begins with', () => {
  const read: ReadonlyArray<readonly [string, TestSettings | undefined]> = [
    ['/** @benchmem {"peak":"5 MB"} */\ntest()', { limits: { peak: '5 MB' } }],
    [
      '#!/usr/bin/env node\n/**\n * Parses.\n * @benchmem {"limits":{"js":1},"leaks":"0 B"}\n */',
      { limits: { js: 1 }, leaks: '0 B' },
    ],
    ['\n  /* @benchmem false */', { limits: false, leaks: false }],
    ['/** @benchmem "5 MB" */', { limits: { peak: '5 MB' } }],
    ['/** @benchmemory {"peak":1} */', undefined],
    ['/** nothing */', undefined],
    ['const a = 1;\n/** @benchmem {"peak":1} */', undefined],
    ['', undefined],
    ['/** @benchmem {"peak":1}', undefined],
  ];
  it.each(read)('is read: %j', (text, expected) => {
    expect(docblockSettings(text, 'a.test.js')).toEqual(expected);
  });

  it('is refused where it is no JSON, with the name of the file', () => {
    const { message, hint } = codeAndHint(() => docblockSettings('/** @benchmem peak=5 */', 'a.test.js'));
    expect(message).toMatch(/@benchmem of a\.test\.js is no JSON/);
    expect(hint).toMatch(/in one line/);
  });
});
