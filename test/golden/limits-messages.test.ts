// What limits say when they are passed, and what a text says that is not a limit.

import { describe, it } from 'vitest';
import type { Keepers } from '../../src/engine/leaks/keepers.js';
import type { RetainersBlob } from '../../src/engine/result/fields.js';
import { judgeLeakReport, judgeSample } from '../../src/limits/judge.js';
import { parseLeakLimits, parseMemoryLimits } from '../../src/limits/limits.js';
import { leakError, limitError } from '../../src/limits/memory-limit-error.js';
import { keptMessage } from '../../src/limits/messages.js';
import { expectGolden } from './golden-file.js';

const mebibyte = 2 ** 20;
const sample = {
  peak_bytes: 72_068_956,
  native_at_peak_bytes: 66.01 * mebibyte,
  js_at_peak_bytes: 2.72 * mebibyte,
  native_peak_bytes: 70 * mebibyte,
  js_peak_bytes: 3 * mebibyte,
  total_bytes: 402 * mebibyte,
  native_total_bytes: 390 * mebibyte,
  js_total_bytes: 12 * mebibyte,
  allocations: 1204,
  engine_peak_bytes: 5000,
  retained_bytes: 2.5 * mebibyte,
  mapped_peak_bytes: 128 * mebibyte,
};
const objects = [
  { object: '', source: 'engine', allocations: 9, total_bytes: 9e9 },
  { object: '/opt/lib/libvips-cpp.so.42', source: 'program', allocations: 1180, total_bytes: 380 * mebibyte },
  { object: '', source: 'program', allocations: 1, total_bytes: 10 * mebibyte },
  { object: '/tmp/\u001b[31mred.node', source: 'program', allocations: 1, total_bytes: 10 },
] as const;
const frame = (name: string, file: string, line: number) => ({ name, file, line, isOwn: true });
const sites = [
  {
    bytes: 66.01 * mebibyte,
    count: 1180,
    stack: [
      { name: 'vips_malloc(unsigned long)', object: 'libvips-cpp.so.42', isOwn: false },
      frame('toBuffer', 'node_modules/sharp/lib/output.js', 163),
      frame('resize', 'src/image.ts', 41),
      frame('', 'test/image.test.ts', 12),
    ],
  },
  { bytes: 12, count: 1, stack: [{ name: 'start_thread', object: 'libc.so.6', isOwn: false }] },
  ...Array.from({ length: 9 }, (_, at) => ({ bytes: 9 - at, count: 1, stack: [] })),
];

function said(limit: unknown, more: object = {}): string {
  const limits = parseMemoryLimits(limit, 'limitMemory');
  const breaches = judgeSample(limits, sample, sites);
  const facts = {
    breaches,
    sample,
    objects,
    madeAt: { stack: 'Error\n    at test/image.test.ts:12:3' },
    ...more,
  };
  return `${JSON.stringify(limit)}\n${limitError(facts).stack}\n`;
}

describe('a limit of memory that was passed', () => {
  it('says the figure, the limit, the parts and the origins', () => {
    const limits = [
      '24 MiB',
      '24 MB',
      72_068_955,
      '68.73 MiB',
      0,
      '500 KB',
      { native: '24 MiB' },
      { js: '1 MiB' },
      { allocated: '0.1 GB' },
      { allocations: 1203 },
      { engine: '4 KiB' },
      { retained: '1 MB' },
      { mapped: '64 MiB' },
      { native_total_bytes: '1 MiB' },
      { peak: '24 MiB', allocations: 1000, retained: 0 },
    ];
    expectGolden('limits-memory', limits.map((limit) => said(limit)).join('\n'));
  });

  it('names stacks where they are known', () => {
    const texts = [said('24 MiB', { sites }), said({ perStack: '1 MiB' }, { sites })];
    expectGolden('limits-sites', texts.join('\n'));
  });
});

describe('a leak above its limit', () => {
  const report = {
    isLeak: true,
    perCallBytes: 100,
    nativeBytes: 100,
    jsBytes: 0,
    noisy: false,
    rounds: 12,
    calls: 1140,
  };
  const leaky = (limit: unknown, more: object = {}, keepers?: Keepers) => {
    const limits = parseLeakLimits(limit, 'limitLeaks');
    const leak = { ...report, ...more };
    return `${JSON.stringify(limit)}\n${leakError(judgeLeakReport(limits, leak), leak, { keepers }).message}\n`;
  };

  const step = (node: string, edge = '') => ({ node, edge });
  const group = (kind: string, bytes: number) => ({
    kind,
    objects: 8,
    bytes: 8 * bytes,
    native_bytes: 0,
    shallow_bytes: 8 * bytes,
    path: [step('module cache.js', ' var sessions'), step('Map', '[]'), step(kind)],
    holds: [],
  });
  const kept: RetainersBlob = {
    calls: 8,
    pass_calls: 1,
    groups: [group('Session', 400), group('string', 48), group('Symbol', 32), group('Array', 8)],
    further: { groups: 0, bytes: 0 },
    once: [group('Table', 9000)],
    further_once: { groups: 0, bytes: 0 },
    resized_bytes: 0,
    engine_bytes: 0,
  };

  it('says how many calls were seen, and what looks like a leak', () => {
    const [site] = sites;
    const perCall = [{ ...site, bytes: 96, count: 1 }] as typeof sites;
    const texts = [
      leaky('0 B'),
      leaky('99 B', { perCallBytes: 1380.5, jsBytes: 1280.5 }),
      leaky('0 B', { perCallBytes: 488, nativeBytes: 0, jsBytes: 488 }, { found: kept }),
      leaky(
        '0 B',
        { jsBytes: 488 },
        { refusal: 'the JavaScript heap has 300.00 MiB, the limit is 256.00 MiB' },
      ),
      leaky('0 B', {
        nativeBytes: 0,
        perCallBytes: 80,
        jsBytes: 80,
        noisy: true,
        rounds: 14,
        calls: 1600,
      }),
      leaky('0 B', { perCallBytes: 180, jsBytes: 80, noisy: true, rounds: 24, calls: 5000 }),
      leaky('0 B', { noisy: true, rounds: 24, calls: 5000 }),
      leaky({ perStack: '64 B' }, { sites: perCall }),
      leaky({ perCall: '10 B', perStack: '64 B' }, { sites: perCall }),
    ];
    expectGolden('limits-leak', texts.join('\n'));
  });
});

describe('a matcher with .not', () => {
  it('says what was kept', () => {
    const { text, hint } = keptMessage({ peak_bytes: 24e6 }, { peak_bytes: 1e6 });
    expectGolden('limits-not', `${text}\n  hint: ${hint}\n`);
  });
});

// Texts that people write who know other tools: what each is here.
const texts = [
  ...['24 MB', '24MB', '24 mb', '1KB', '1 B', '.5 GB', '1.5GB', '+3 KB', '-3 KB', '100', '100 KiB'],
  ...['1 TB', '2 PB', '5 EB', 'MB', '', '10 MBytes', ' 10MB', '10\tMB', '1e3 MB', '1,5 MB', '10 M', '10.MB'],
  ...['10MB extra', '10%'],
];

describe('the grammar of sizes', () => {
  it('means one thing, or says what is wrong', () => {
    const rows = texts.map((text) => {
      try {
        const { peak_bytes: bytes } = parseMemoryLimits(text, 'limitMemory');
        return `${JSON.stringify(text)}: ${bytes} B`;
      } catch (error) {
        const { message, hint } = error as Error & { hint: string };
        return `${JSON.stringify(text)}: ${message}\n  hint: ${hint}`;
      }
    });
    expectGolden('limits-grammar', `${rows.join('\n')}\n`);
  });
});
