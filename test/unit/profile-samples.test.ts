// Sampled JavaScript allocations in a profile: which part of V8's tree is the program's, how its functions are named, that
// no native figure changes with them, and how far an estimate may be from the truth.
import { describe, expect, it } from 'vitest';
import {
  type ExtraRequest,
  type RunExtra,
  sampleHeap,
} from '../../src/engine/child/parent/extra-children.js';
import type { ExtraResult } from '../../src/engine/child/protocol.js';
import { heapInterval } from '../../src/engine/profile/heap-interval.js';
import { heapSamplesOf } from '../../src/engine/profile/heap-tree.js';
import type { ProfileNode } from '../../src/engine/result/object-sites.js';
import { BenchmemError } from '../../src/errors.js';
import { pageData } from '../../src/flamegraph/figure.js';
import { joinProfiles } from '../../src/profile/diff/join.js';
import { diffMarkdown } from '../../src/profile/diff/markdown.js';
import { profileMarkdown } from '../../src/profile/exports/markdown.js';
import { type HeapSamples, withHeapSamples } from '../../src/profile/heap-samples.js';
import { figureNames, nativeFigureNames, type Profile } from '../../src/profile/model.js';
import type { NamingWorld } from '../../src/profile/names/frame-names.js';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { frameText } from '../../src/profile/reports/frames.js';
import { leaks } from '../../src/profile/reports/leaks.js';
import { totalOf } from '../../src/profile/reports/metrics.js';
import { samplingErrorBytes, samplingRemarks } from '../../src/profile/reports/sampling.js';
import { stats } from '../../src/profile/reports/stats.js';
import { summary } from '../../src/profile/reports/summary.js';
import { table } from '../../src/profile/reports/table.js';
import { tree } from '../../src/profile/reports/tree.js';
import { js, mainThread, native, profileOf, randomOf, stack } from './profile-support/profiles.js';

/** `name@url@line`, from 0 as V8 has them. */
const node = (at: string, selfSize: number, ...children: ProfileNode[]): ProfileNode => {
  const [functionName = '', url = '', line] = at.split('@');
  const isScript = line !== undefined;
  const callFrame = {
    functionName,
    url,
    scriptId: isScript ? '7' : '0',
    lineNumber: isScript ? Number(line) : -1,
    columnNumber: isScript ? 0 : -1,
  };
  return { callFrame, selfSize, children };
};

const rules = { isOwn: (url: string) => url.startsWith('/own/'), caller: 'callAction' };
const samplesOf = (...children: ProfileNode[]) => heapSamplesOf(node('(root)', 9, ...children), rules);

/** Each stack as text, leaf first, with its bytes. */
function stacksOf({ functions, parents, functionOf, bytes, cut }: HeapSamples): Record<string, number> {
  const pathOf = (at: number): string[] =>
    at === -1 ? [] : [functions[functionOf[at] as number]?.name ?? '?', ...pathOf(parents[at] as number)];
  const named = bytes.map((own, at) => [
    [...pathOf(at), ...(cut.includes(at) ? ['…'] : [])].join(' < '),
    own,
  ]);
  return Object.fromEntries(named.filter(([, own]) => own !== 0));
}

const world: NamingWorld = {
  project: '/srv/shop',
  own: '/srv/benchmem/dist',
  executable: '/usr/bin/node',
  textOf: () => undefined,
  demangle: (name) => name,
  symbolsOf: () => undefined,
  compiledFrom: ({ url, line, column }) =>
    url === 'file:///tmp/bundle.mjs'
      ? { url: 'file:///srv/shop/src/rows.ts', line: line + 10, column }
      : undefined,
};

const natives = profileOf(
  [
    stack(
      [native('malloc', 'node', 1), js('build', 'src/rows.ts', 12), mainThread],
      4,
      4000,
      1,
      1,
      100,
      2,
      800,
      3,
      900,
    ),
    stack([native('malloc', 'node', 1), mainThread], 1, 50, 0, 0, 0, 1, 50, 1, 50),
  ],
  { peakBytes: 950, calls: 1 },
);

const samples: HeapSamples = {
  functions: [
    { name: 'build', url: 'file:///tmp/bundle.mjs', scriptId: 7, line: 1, column: 1 },
    { name: '', url: 'file:///srv/shop/src/rows.ts', scriptId: 8, line: 1, column: 1 },
    { name: 'push', url: '', scriptId: 0, line: 0, column: 0 },
    { name: '', url: '', scriptId: 9, line: 1, column: 1 },
    { name: '', url: 'node:events', scriptId: 2, line: 30, column: 4 },
    { name: 'make', url: '/srv/shop/node_modules/rows/index.cjs', scriptId: 3, line: 5, column: 9 },
  ],
  parents: [-1, 0, 1, 0, -1, 4, 5],
  functionOf: [1, 0, 2, 3, 4, 5, 5],
  bytes: [0, 1000, 64, 32, 0, 500, 7],
  cut: [6],
};
const sampling = { intervalBytes: 512, otherThreads: 2 };
const sampled = withHeapSamples(natives, samples, { world, scripts: [], sampling });

describe('of V8’s tree', () => {
  it('only what the caller of the action called counts, and what the event loop called', () => {
    const run = node(
      'processTicks@node:task@100',
      3,
      node(
        'reportOnce@/own/report.js@4',
        50,
        node('write@node:fs@2', 40),
        node(
          'callAction@/own/entry.js@9',
          60,
          node('wrap@/own/resolver.js@3', 70, node('rows@/app/a.ts@1', 100, node('push', 20))),
        ),
      ),
      node('onTimer@/app/a.ts@30', 5),
    );
    expect(stacksOf(samplesOf(run, node('(V8 API)', 8)))).toEqual({
      processTicks: 3,
      'onTimer < processTicks': 5,
      'rows < wrap': 100,
      'push < rows < wrap': 20,
      '(V8 API)': 8,
    });
  });

  it('a stack of as many frames as V8 keeps has no outermost ones, and one below the caller has all', () => {
    const deep = (left: number): ProfileNode =>
      left === 0 ? node('leaf@/a.ts@1', 10) : node('again@/a.ts@5', left === 5 ? 2 : 0, deep(left - 1));
    const found = stacksOf(samplesOf(deep(127)));
    const cut = Object.keys(found).filter((path) => path.endsWith('…'));
    expect(cut).toHaveLength(1);
    expect(cut[0]).toMatch(/^leaf < again/);
    expect(stacksOf(samplesOf(node('callAction@/own/entry.js@9', 0, deep(127))))).toEqual({
      [['leaf', ...Array.from({ length: 127 }, () => 'again')].join(' < ')]: 10,
      [Array.from({ length: 123 }, () => 'again').join(' < ')]: 2,
    });
  });
});

describe('a profile with samples', () => {
  it('names functions as its native stacks do, by source, and has no line in them', () => {
    const texts = sampled.stacks
      .filter(({ figures }) => figures.jsBytes)
      .map(({ frames, figures }) => [frames.map(frameText).join(' < '), figures.jsBytes]);
    expect(Object.fromEntries(texts)).toEqual({
      'build src/rows.ts:11 < (top level) src/rows.ts < main thread': 1000,
      'push < build src/rows.ts:11 < (top level) src/rows.ts < main thread': 64,
      '(eval) [eval]:1 < (top level) src/rows.ts < main thread': 32,
      'make rows/index.cjs:5 < (anonymous) node:events:30 < main thread': 500,
      'make rows/index.cjs:5 < make rows/index.cjs:5 < (anonymous) node:events:30 < [truncated] < main thread': 7,
    });
  });

  it('has the native figures, stacks and reports of one without', () => {
    const again = readProfile(encodeProfile(sampled));
    expect(again.figures).toEqual(figureNames.filter((name) => name !== 'peakBlocks'));
    const stored = nativeFigureNames.filter((name) => name !== 'peakBlocks');
    for (const name of stored) expect([name, totalOf(again, name)]).toEqual([name, totalOf(natives, name)]);
    expect(totalOf(again, 'jsBytes')).toBe(1603);
    const onlyNative = again.stacks.filter(({ figures }) => stored.some((name) => figures[name] !== 0));
    const without = readProfile(encodeProfile(natives));
    expect(onlyNative.map(({ frames }) => frames)).toEqual(without.stacks.map(({ frames }) => frames));
    for (const { figures } of again.stacks) {
      const isNative = stored.some((name) => figures[name] !== 0);
      expect([isNative, figures.jsBytes !== 0]).toEqual([isNative, !isNative]);
    }
    const { jsBytes, ...rest } = stats(again);
    expect(jsBytes).toBe(1603);
    const plain = (report: object) => JSON.parse(JSON.stringify(report).replaceAll(',"jsBytes":0', ''));
    expect(plain(rest)).toEqual(plain(stats(without)));
    expect(table(again).rows).toEqual(
      table(without).rows.map((row) => ({ ...row, figures: expect.anything() })),
    );
    expect(leaks(again).bytes).toBe(leaks(without).bytes);
    expect(tree(again)).toEqual(tree(without));
  });

  it('says how it was sampled, after the way through its file too, and in no other one', () => {
    const again = readProfile(encodeProfile(sampled));
    expect(again.meta.jsSampling).toEqual(sampling);
    expect(encodeProfile(again)).toEqual(encodeProfile(sampled));
    const old = readProfile(encodeProfile(natives));
    expect([old.meta.jsSampling, old.figures.includes('jsBytes')]).toEqual([undefined, false]);
    expect(() => table(old, { metric: 'js' })).toThrow(/does not hold js$/);
    const refused = { ...natives, meta: { ...natives.meta, jsSamplesRefused: 'the inspector is off' } };
    expect(() => table(refused, { metric: 'js' })).toThrow(/does not hold js: the inspector is off$/);
    expect(readProfile(encodeProfile(refused)).meta.jsSamplesRefused).toBe('the inspector is off');
    expect(pageData(refused, { id: 'x' }).notes).toContain(
      'JavaScript allocations were not sampled: the inspector is off',
    );
  });

  it('has rows without counts: what allocated, and its caller', () => {
    const { rows, total } = table(sampled, { metric: 'js' });
    expect(total).toBe(1603);
    expect(rows.map(({ leaf, value, callers }) => [leaf?.name, value, callers[0]?.name])).toEqual([
      ['build', 1000, '(top level)'],
      ['make', 507, undefined],
      ['push', 64, '(top level)'],
      ['(eval)', 32, '(top level)'],
    ]);
    expect(rows.some((row) => 'count' in row)).toBe(false);
    const [first] = summary(sampled, { metric: 'js' }).rows;
    expect(first).toEqual({ function: mainThread, total: 1603, own: 0 });
    expect(JSON.stringify(tree(sampled, { metric: 'js' }))).not.toContain('"count"');
    expect(profileMarkdown(sampled, { metric: 'js' })).toContain(
      '| 1000 B | 62.4% |  | build src/rows.ts:11 | ← (top level) src/rows.ts |',
    );
  });

  it('is refused where the parts do not fit together', () => {
    const broken = (part: Partial<HeapSamples>) => () =>
      withHeapSamples(natives, { ...samples, ...part }, { world, scripts: [], sampling });
    expect(broken({ bytes: [0, -1] })).toThrow('node 1 of samples has -1 bytes');
    expect(broken({ parents: [0, 1, 1, 0, -1, 4, 5] })).toThrow(/node 1 of samples leads to 1/);
    expect(broken({ functionOf: [1, 99, 2, 3, 4, 5, 5] })).toThrow(/function 99/);
  });

  it('compares with another one, and says how much of a change may be chance', () => {
    const more: HeapSamples = { ...samples, bytes: [0, 1_049_576, 64, 32, 0, 500, 7] };
    const head = withHeapSamples(natives, more, { world, scripts: [], sampling });
    const text = diffMarkdown(joinProfiles(sampled, head), { id: 'x', metric: 'js' });
    expect(text).toContain('| +1 MiB | 1000 B | 1 MiB | build src/rows.ts:11 |');
    expect(text).toMatch(/estimates by sampling: up to 45 KiB of the whole change may be chance/);
    expect(diffMarkdown(joinProfiles(sampled, head), { id: 'x' })).not.toContain('sampling');
  });
});

describe('the estimate', () => {
  it('has a power of two between two samples, and every allocation where there are few', () => {
    expect([0, 2 ** 21, 2 ** 21 + 1, 50e6, 51e6, 1e9].map(heapInterval)).toEqual([1, 1, 32, 512, 512, 16384]);
    expect(heapInterval(undefined)).toBe(1024);
  });

  // As V8 samples: the distance to the next sample is exponential, and a sample of s bytes stands for 1 / (1 - exp(-s / interval)).
  it.each([
    [1, 24],
    [64, 16],
    [64, 4096],
    [4096, 40],
    [4096, 100_000],
  ])('of one sample per %i B is within its error 19 times of 20, for objects of %i B', (interval, size) => {
    const random = randomOf(interval + size);
    const [count, runs] = [2000, 300];
    const scale = 1 / -Math.expm1(-size / interval);
    let outside = 0;
    for (let run = 0; run < runs; run += 1) {
      const next = () => Math.max(8, -Math.log((1 + random(2 ** 30)) / 2 ** 30) * interval);
      let [left, taken] = [next(), 0];
      for (let object = 0; object < count; object += 1) {
        left -= size;
        if (left > 0) continue;
        taken += 1;
        left = next();
      }
      const estimate = Math.floor(taken * scale + 0.5) * size;
      const error = samplingErrorBytes(count * size, { intervalBytes: interval });
      if (Math.abs(estimate - count * size) > Math.max(error, size)) outside += 1;
    }
    expect(outside / runs).toBeLessThan(0.08);
  });

  it('is told in sentences', () => {
    expect(samplingRemarks(sampled.meta, 1 << 20)).toEqual([
      'V8 sampled one allocation per 512 B of the JavaScript heap, in a pass of its own: an estimate, and 19 of 20 such sums are within 44.9 KiB. Garbage is in it.',
      'Only the main thread was sampled, and 2 workers ran meanwhile.',
    ]);
    const exact: Profile['meta'] = { ...sampled.meta, jsSampling: { intervalBytes: 1 } };
    expect(samplingRemarks(exact, 1 << 20)).toEqual([
      'V8 sampled every allocation on the JavaScript heap, in a pass of its own; garbage is in it.',
    ]);
    expect(samplingRemarks(natives.meta, 5)).toEqual([]);
  });
});

describe('the child that samples', () => {
  const request = { plan: { kind: 'heap-samples' } } as unknown as ExtraRequest;
  const answered = (answer: Partial<ExtraResult>, asked: unknown[] = []): RunExtra => {
    return async ({ plan }) => {
      asked.push(plan.intervalBytes);
      return { result: { benchmem: 'result', ...answer } };
    };
  };
  const failing = (code: 'ABORTED' | 'CHILD_CRASHED'): RunExtra => {
    return () => Promise.reject(new BenchmemError(code, `it ended: ${code}`, 'again'));
  };

  it('is told how far apart samples are, and its answer says so', async () => {
    const asked: unknown[] = [];
    const found = await sampleHeap(
      answered({ heap: { samples, texts: [], otherThreads: 0 } }, asked),
      request,
      50e6,
    );
    expect([asked, found]).toEqual([[512], { samples, texts: [], sampling: { intervalBytes: 512 } }]);
  });

  it('may be refused, or end, which is the reason why there are none; an interrupt ends all', async () => {
    expect(await sampleHeap(answered({ refusal: 'no inspector' }), request, 1)).toEqual({
      refusal: 'no inspector',
    });
    expect(await sampleHeap(failing('CHILD_CRASHED'), request, 1)).toEqual({
      refusal: 'it ended: CHILD_CRASHED',
    });
    await expect(sampleHeap(failing('ABORTED'), request, 1)).rejects.toThrow('it ended: ABORTED');
  });
});
