// What a series of snapshots means: every finding from figures made by hand with a counter-example beside it, and the
// sentences that carry them.
import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/exec/account.js';
import { partNames, partsOf } from '../../src/exec/levels.js';
import { reportText } from '../../src/exec/report.js';
import type { Snapshot } from '../../src/exec/snapshot.js';
import { verdictOf } from '../../src/exec/verdict.js';
import { type Levels, mebibyte, record, snapshot } from './exec-support/hand-made-series.js';

const rising = [10, 20, 30, 40, 50, 60];
const each = (levels: readonly number[], make: (level: number, index: number) => Levels) => levels.map(make);
const collected = 4;

const findings: ReadonlyArray<
  readonly [name: string, levels: readonly Levels[], kind: string, sentence: RegExp]
> = [
  [
    'an addon that keeps what it allocates',
    each(rising, (native) => ({ native, by: '/app/node_modules/@some/leaky/build/leaky.node', collected })),
    'native-leak',
    /^It looks like a native leak: native memory in use grew from 10\.00 MiB to 60\.00 MiB between 1\.0 s and 6\.0 s, 50\.00 MiB of it allocated by @some\/leaky: leaky\.node\. Resident memory went from 56\.00 MiB to 106\.00 MiB: native memory in use \+50\.00 MiB\.$/,
  ],
  [
    'an addon whose memory no collection frees',
    each(rising, (native) => ({ native, by: '/lib/leaky.node' })),
    'native-leak',
    /^It looks like a native leak: .* allocated by leaky\.node\. /,
  ],
  [
    'Buffers that survive collections',
    each(rising, (native) => ({ native, collected })),
    'native-leak',
    /^It looks like a native leak: .* node itself \(Buffers, zlib, crypto/,
  ],
  [
    'Buffers that nothing has collected',
    each(rising, (native) => ({ native })),
    'uncollected',
    /^Native memory grows, by a leak or by Buffers that no full collection has looked at yet: it cannot tell which \(--interval/,
  ],
  [
    'Buffers that were collected early only',
    each(rising, (native, index) => ({ native, ...(index < 2 && { collected }) })),
    'uncollected',
    /^Native memory grows, by a leak or by Buffers/,
  ],
  [
    'Buffers of which an early collection freed none',
    each(rising, (native, index) => ({ native, ...(index < 3 && { collected }) })),
    'native-leak',
    /^It looks like a native leak/,
  ],
  [
    'Buffers of which an early collection freed half',
    each([10, 15, 20, 40, 50, 60], (native, index) => ({ native, ...(index < 3 && { collected }) })),
    'uncollected',
    /^Native memory grows, by a leak or by Buffers/,
  ],
  [
    'objects of which two collections freed none',
    each(rising, (js, index) => ({ js, allocated: js, ...(index % 4 === 0 && { collected: js }) })),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'objects of which two collections freed half',
    each(rising, (js, index) => ({ js, allocated: js * 2, ...(index % 4 === 0 && { collected: js }) })),
    'uncollected',
    /^The JavaScript heap grows, by objects or by garbage/,
  ],
  [
    'objects of which few collections leave now more and now less',
    each([12, 22, 15, 25, 18, 28, 17, 27, 20, 30], (js, index) => ({
      js,
      allocated: index * 60,
      ...(index % 2 === 0 && { collected: js }),
    })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'garbage that the last collections freed',
    each([10, 20, 30, 40, 50, 60, 70, 80, 8, 8, 8], (js, at) => ({
      js,
      allocated: at * 40,
      ...((at === 0 || at > 8) && { collected: 8 }),
    })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'a cache that fills and stays',
    each([10, 40, 50, 50, 50, 50, 50, 51], (native) => ({ native, collected })),
    'steady',
    /^Nothing keeps growing between 1\.0 s and 8\.0 s: native memory in use grew from 10\.00 MiB to 51\.00 MiB .* and has stayed there; of /,
  ],
  [
    'a leak whose program pauses at the end',
    each([10, 20, 30, 40, 50, 60, 70, 70, 70], (js, at) => ({
      js,
      collected: js,
      allocated: Math.min(js, 70) + at / 10,
    })),
    'js-growth',
    /grew from 10\.00 MiB to 70\.00 MiB between 1\.0 s and 9\.0 s/,
  ],
  [
    'a leak on a machine that slows down',
    each([10, 20, 30, 40, 50, 60, 70], (js, at) => ({
      js,
      collected: js,
      allocated: 3 * js,
      seconds: 1 + at + at * at,
    })),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'a compiler, which keeps less and less of what it allocates',
    each([10, 20, 30, 40, 50, 60, 70], (js, at) => ({
      js,
      collected: js,
      allocated: 10 + at * 10 + at * at * 8,
    })),
    'slowing',
    /^The JavaScript heap grew .*, but ever more slowly/,
  ],
  [
    'a bundler, whose few levels rise at no pace by anything',
    each([10, 14, 22, 28, 38, 50], (js, at) => ({
      js,
      collected: js,
      allocated: [26, 37, 58, 129, 312, 389][at] ?? 0,
      seconds: [0.5, 1, 2.2, 3.7, 5, 5.6][at] ?? 0,
    })),
    'slowing',
    /^The JavaScript heap grew from 10\.00 MiB to 50\.00 MiB between 0\.5 s and 5\.6 s, counted right after full collections, but at no even pace: work that goes on/,
  ],
  [
    'a leak beside garbage that is now more and now less',
    each([...rising, 70], (js, at) => ({
      js,
      collected: js,
      allocated: [10, 20, 60, 130, 140, 210, 220][at] ?? 0,
    })),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'a leak with stretches in which nothing is done',
    each([10, 10, 10, 20, 30, 40, 50, 60], (js, at) => ({
      js,
      collected: js,
      allocated: 20 * (js - 10) + at / 10,
      seconds: [1, 1.1, 1.2, 2, 5, 6, 9, 10][at] ?? 0,
    })),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'levels that rise by less than half of the garbage that was there when V8 took them',
    each([10, 13, 16, 19, 22, 25, 28, 31, 34, 37], (level, at) => ({
      js: level + 60,
      collected: level,
      allocated: at * 300,
    })),
    'uncollected',
    /^The JavaScript heap grows, by objects or by garbage that too few full collections have looked at: it cannot tell which \(--interval/,
  ],
  [
    'levels that rise by more',
    each([10, 13, 16, 19, 22, 25, 28, 31, 34, 37], (level, at) => ({
      js: level + 30,
      collected: level,
      allocated: at * 300,
    })),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'a cache that is full while its program works on',
    each([10, 20, 30, 40, 50, 60, 70, 70, 70], (js, at) => ({ js, collected: js, allocated: 10 * at })),
    'slowing',
    /^The JavaScript heap grew/,
  ],
  [
    'a cache that fills ever more slowly',
    each([10, 30, 44, 54, 61, 66, 70, 73], (js) => ({ js, collected: js })),
    'slowing',
    /^The JavaScript heap grew from 10\.00 MiB to 73\.00 MiB .*, but ever more slowly/,
  ],
  [
    'a leak that starts late',
    each([10, 10, 10, 10, 10, 10, 10, 10, 20, 30, 40, 50, 60, 70], (js) => ({ js, collected: js })),
    'late',
    /^Something began to grow late, and grows to the end: the JavaScript heap grew from 10\.00 MiB to 70\.00 MiB between 8\.0 s and 14\.0 s, counted right after full collections: a leak, or a load/,
  ],
  [
    'a load that came once',
    each([10, 10, 10, 10, 10, 60, 60, 60], (js) => ({ js, collected: js })),
    'steady',
    /^Nothing keeps growing .*: the JavaScript heap grew from 10\.00 MiB to 60\.00 MiB .* late or at once/,
  ],
  [
    'a cache that fills beside a leak that does not stop',
    each([10, 30, 50, 50, 50, 50, 50, 50], (native, index) => ({ native, own: index * 3, collected })),
    'private-memory',
    /^A private allocator grows, .* 21\.00 MiB of it mapped by private\.node\. Resident memory went from .*: native memory in use \+40\.00 MiB/,
  ],
  [
    'two causes at once',
    each(rising, (native, index) => ({ native, collected: 5 + index * 4, js: 8 + index * 4 })),
    'native-leak',
    /^It looks like a native leak: native memory in use grew from 10.* node itself .*; the JavaScript heap grew from 5\.00 MiB to 25\.00 MiB .*, counted right after full collections\. Resident memory .*: native memory in use \+50\.00 MiB, the JavaScript heap \+20\.00 MiB\.$/,
  ],
  [
    'what was released at the end',
    each([5, 15, 25, 35, 45, 55, 65, 75, 2, 2, 1], (native) => ({ native, collected })),
    'released',
    /^What grew was released at the end: native memory in use grew from 5\.00 MiB to 75\.00 MiB until 8\.0 s, then was released\.$/,
  ],
  [
    'a level that ends',
    each([5, 70, 70, 70, 70, 70, 70, 70, 2, 2, 1], (native) => ({ native, collected })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'objects that survive full collections',
    each(rising, (level) => ({ js: level + 20, collected: level })),
    'js-growth',
    /^It looks like a leak of JavaScript objects: the JavaScript heap grew from 10\.00 MiB to 60\.00 MiB .*, counted right after full collections\. /,
  ],
  [
    'objects, of which some snapshots have no collection',
    each([10, 60, 20, 80, 30, 90, 40, 95, 50], (js, index) => ({
      js,
      ...(index % 2 === 0 && { collected: js }),
    })),
    'js-growth',
    /from 10\.00 MiB to 50\.00 MiB between 1\.0 s and 9\.0 s, counted right after full collections/,
  ],
  [
    'worker threads that become more',
    each(rising, (js, index) => ({ js, collected: js, isolates: index + 1 })),
    'js-growth',
    /, in 6 isolates instead of 1 \(worker threads\)/,
  ],
  [
    'three levels that rise evenly',
    each([6, 12, 18, 24, 30, 36, 42], (js, at) => ({ js, ...(at % 3 === 0 && { collected: js }) })),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'a program that loads its modules',
    each([6, 12, 18, 19, 19, 20, 21], (js, at) => ({ js, ...(at % 3 === 0 && { collected: js }) })),
    'uncollected',
    /^The JavaScript heap grows, by objects or by garbage that too few full collections have looked at/,
  ],
  [
    'a heap without a full collection',
    each(rising, (js) => ({ js })),
    'uncollected',
    /^The JavaScript heap grows, by objects or by garbage that too few full collections have looked at: it cannot tell which/,
  ],
  [
    'a heap that grows and whose collections find nothing',
    each(rising, (js) => ({ js, collected: 5 })),
    'steady',
    /^Nothing keeps growing between 1\.0 s and 6\.0 s: of 102\.00 MiB resident at 6\.0 s, /,
  ],
  [
    'a saw tooth',
    each([13, 75, 127, 70, 103, 48, 97, 44, 72, 17], (native) => ({ native, collected })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'a burst',
    each([10, 10, 90, 95, 10, 10, 10, 10, 10, 10], (native) => ({ native, collected })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'steady garbage',
    each([30, 12, 44, 21, 37, 15, 40, 18, 33, 26], (js) => ({ js, collected: 9 })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'free memory that rises',
    each([20, 40, 60, 80, 100, 120], (free) => ({ free })),
    'fragmentation',
    /^It looks like fragmentation: free memory inside the allocator grew from 20\.00 MiB to 120\.00 MiB .* holds 121\.00 MiB for 1\.00 MiB in use/,
  ],
  [
    'free memory that rises unevenly beside a small leak',
    each([20, 50, 40, 90, 70, 100], (free, at) => ({ free, native: 1 + at * 2, collected })),
    'fragmentation',
    /^It looks like fragmentation: at 6\.0 s the allocator holds 111\.00 MiB .* without going back; native memory in use grew from 1\.00 MiB to 11\.00 MiB/,
  ],
  [
    'free memory that stays',
    each([80, 80, 80, 80], (free) => ({ free, native: 10 })),
    'fragmentation',
    /holds 90\.00 MiB from the system for 10\.00 MiB in use, and 80\.00 MiB lie free/,
  ],
  [
    'free memory that is little of a large process',
    each([30, 30, 30, 30], (free) => ({ free, js: 200, collected: 200 })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'what collections free, and the program takes again',
    each([1, 60, 20, 1, 50, 1, 2, 60], (free) => ({ free, native: 90 - free, collected })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'the few free MiB that every allocator keeps',
    each([1, 4, 6, 8], (free) => ({ free })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'wasm memory',
    each(rising, (buffers) => ({ buffers })),
    'mapped-growth',
    /^It looks like a leak of wasm memory or resizable buffers: .* Resident memory .*: wasm memory and resizable buffers \+50\.00 MiB\.$/,
  ],
  [
    'isolates that nobody observes',
    each([11, 22, 34, 45, 57, 68], (unobserved) => ({ unobserved })),
    'unobserved-isolates',
    /^Isolates that nobody observes, or compiled wasm, hold more and more memory: V8's pages outside the observed isolates grew from 11\.00 MiB to 68\.00 MiB/,
  ],
  [
    'a private allocator',
    each([...rising, 70, 80], (own) => ({ own })),
    'private-memory',
    /^A private allocator grows.* 80\.00 MiB of it mapped by private\.node/,
  ],
  [
    'a private allocator over few points, each of which may be busier than the one before',
    each([...rising, 70], (own) => ({ own })),
    'unseen-memory',
    /^A private allocator holds memory.*70\.00 MiB are resident at 7\.0 s.*; memory that shared objects map for themselves grew from 10\.00 MiB to 70\.00 MiB/,
  ],
  [
    'a small one over few points',
    each([3, 6, 9, 12, 15, 18, 21], (own) => ({ own })),
    'steady',
    /grew from 3\.00 MiB to 21\.00 MiB between 1\.0 s and 7\.0 s, .* too few steps to tell whether it goes on/,
  ],
  [
    'a private allocator that stays',
    each([50, 50, 50, 50], (own) => ({ own })),
    'unseen-memory',
    /holds memory.*50\.00 MiB are resident at 4\.0 s, 50\.00 MiB of it mapped by private\.node/,
  ],
  [
    'mapped files',
    each(rising, (files) => ({ files })),
    'file-growth',
    /^More and more of mapped files is resident: mapped files and code grew from 10\.00 MiB to 60\.00 MiB/,
  ],
  [
    'shared memory',
    each(rising, (shared) => ({ shared })),
    'shared-growth',
    /^Shared memory grows: shared memory grew from/,
  ],
  [
    "V8's own memory",
    each(rising, (engine) => ({ engine })),
    'engine-growth',
    /^V8 itself takes more and more native memory/,
  ],
  [
    'blocks that nobody saw being allocated',
    each(rising, (rounding) => ({ rounding })),
    'uncounted',
    /^Something that nobody counts grows: what the allocator adds to its blocks grew/,
  ],
  [
    'memory of nobody',
    each(rising, (nobody) => ({ nobody })),
    'uncounted',
    /^Something that nobody counts grows: memory that nobody counts grew from 10\.00 MiB to 60\.00 MiB.*: unexplained \+50\.00 MiB\.$/,
  ],
  [
    'what was allocated long before it is touched',
    each([50, 40, 30, 20, 10, 0], (untouched) => ({ native: 60, untouched, collected })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'little changes',
    each([1, 1.3, 1.6, 2], (native) => ({ native, collected })),
    'steady',
    /^Nothing keeps growing between 1\.0 s and 4\.0 s: of [^.]*\.\d\d MiB resident.*\d\d MiB\.$/,
  ],
  [
    'a large process that moves by little',
    each([500, 504, 508, 512], (native) => ({ native, collected })),
    'steady',
    /native memory in use 512\.00 MiB/,
  ],
  [
    'three points',
    each([10, 60, 110], (free) => ({ free })),
    'cannot-tell',
    /^It cannot tell what grows: 3 snapshots of the running program count, and it takes 4 \(--interval 100ms takes more\): of /,
  ],
  [
    'no point but the end',
    [{ kind: 'exit', free: 80, native: 60 }],
    'cannot-tell',
    /^It cannot tell what grows: no snapshot of the running program counts, and it takes 4 \(--interval 100ms takes more\): of 185\.00 MiB resident at 1\.0 s, /,
  ],
  ['no point but the start', [], 'cannot-tell', /^It cannot tell what grows: no snapshot/],
];

const kept = (level: number, turns?: number): Levels => ({
  js: level,
  allocated: level,
  collected: level,
  ...(turns !== undefined && { turns }),
});
const end: Levels = { kind: 'exit', js: 1 };
const death: Levels = { kind: 'death', js: 70, collected: 70, allocated: 70, turns: 4 };

const pieces: ReadonlyArray<
  readonly [name: string, levels: readonly Levels[], kind: string, sentence: RegExp]
> = [
  [
    'objects that one piece of work kept to its end',
    [...each(rising, (level) => kept(level, 4)), end],
    'one-load',
    /^The JavaScript heap grew from 10\.00 MiB to 60\.00 MiB between 1\.0 s and 6\.0 s, counted right after full collections, while one piece of work ran, in which the event loop did not turn; then the program ended, so whether it would keep growing cannot be told\. Resident/,
  ],
  [
    'memory of an addon that one piece of work kept to its end',
    [...each(rising, (native) => ({ native, by: '/lib/leaky.node', turns: 4 })), end],
    'one-load',
    /^Native memory in use grew .* allocated by leaky\.node, while one piece of work ran/,
  ],
  [
    'objects of a server whose loop turns',
    [...each(rising, (level, index) => kept(level, index * 100)), end],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'objects of a server whose every request takes longer than an interval',
    [
      ...each([...rising, 70, 80, 90, 100, 110, 120], (level, index) => kept(level, Math.floor(index / 2))),
      end,
    ],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'objects of five such requests, which are no repetition yet',
    [...each([...rising, 70, 80, 90, 100], (level, index) => kept(level, Math.floor(index / 2))), end],
    'one-load',
    /^The JavaScript heap grew .*, mostly while a few pieces of work ran, in which the event loop did not turn; then the program ended/,
  ],
  [
    'objects of a program of which nobody counted turns',
    [...each(rising, (level) => kept(level)), end],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'objects of a piece of work that a signal ended',
    [...each(rising, (level) => kept(level, 4)), death],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'objects of a piece of work that goes on',
    each(rising, (level) => kept(level, 4)),
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'a piece of work between others, with less than half of the growth',
    [...each([10, 20, 30, 40, 50, 60, 70], (level, index) => kept(level, [1, 2, 3, 3, 3, 4, 5][index])), end],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'a piece of work between others, with more than half of the growth',
    [...each([10, 20, 30, 40, 50, 60, 70], (level, index) => kept(level, [1, 2, 2, 2, 2, 2, 3][index])), end],
    'one-load',
    /while one piece of work ran/,
  ],
];

const steps = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];
const mapping = (callsOf: (index: number) => number, part: 'own' | 'unobserved' = 'own') =>
  each(steps, (level, index) => ({ [part]: level, turns: index * 5, calls: callsOf(index) }));
const library =
  /^Memory that shared objects map for themselves grew from .* 120\.00 MiB of it mapped by private\.node, mostly while the program waited for work that a library did, in which no JavaScript was called; then the program ended/;

const waiting: typeof pieces = [
  ['a library that works for its program once', [...mapping(() => 7), end], 'one-load', library],
  [
    'a library that is called a few times',
    [...mapping((index) => Math.floor(index / 4)), end],
    'one-load',
    library,
  ],
  [
    'a library that is called again and again, and works for long each time',
    [...mapping((index) => Math.floor(index / 2)), end],
    'private-memory',
    /^A private allocator grows/,
  ],
  [
    'a library that is called in each interval',
    [...mapping((index) => index * 3), end],
    'private-memory',
    /^A private allocator grows/,
  ],
  ['a library that works on', mapping(() => 7), 'private-memory', /^A private allocator grows/],
  [
    'isolates of which nobody counts the calls',
    [...mapping(() => 7, 'unobserved'), end],
    'unobserved-isolates',
    /^Isolates that nobody observes/,
  ],
];

describe('growth while no JavaScript is called', () => {
  it.each(waiting)('%s', (_name, levels, kind, sentence) => {
    const verdict = verdictOf(record(...levels));
    expect([verdict.kind, verdict.sentence]).toEqual([kind, expect.stringMatching(sentence)]);
  });
});

describe('growth in one piece of work', () => {
  it.each(pieces)('%s', (_name, levels, kind, sentence) => {
    const verdict = verdictOf(record(...levels));
    expect([verdict.kind, verdict.sentence]).toEqual([kind, expect.stringMatching(sentence)]);
  });

  it('is named after growth that comes again and again', () => {
    const levels = each([10, 30, 50, 70, 90, 110, 130, 150], (js, index) => ({
      ...kept(js, index < 2 ? 1 : 2),
      native: 10 + index * 5,
      by: '/lib/leaky.node',
    }));
    expect(verdictOf(record(...levels, end)).kind).toBe('one-load');
    const turning = levels.map((each, index) => ({ ...each, turns: index }));
    expect(verdictOf(record(...turning, end)).kind).toBe('js-growth');
  });
});

describe('the verdict', () => {
  it.each(findings)('on %s', (_name, levels, kind, sentence) => {
    const verdict = verdictOf(record(...levels));
    expect([verdict.kind, verdict.sentence]).toEqual([kind, expect.stringMatching(sentence)]);
  });

  it('is the same with one point missing', () => {
    const all = record(...each([10, 20, 30, 40, 50, 60, 70, 80], (native) => ({ native, collected })));
    for (let missing = 1; missing <= 8; missing += 1) {
      const snapshots = all.snapshots.filter((_, index) => index !== missing);
      expect([missing, verdictOf({ ...all, snapshots }).kind]).toEqual([missing, 'native-leak']);
    }
  });

  it('advises an interval that would give the same program points, or none', () => {
    const advice = [40, 700, 20_000].map((at_ms) => {
      const { header } = record();
      const snapshots = [snapshot({ kind: 'start' }, 0), { ...snapshot({ kind: 'exit' }, 1), at_ms }];
      return / takes 4([^:]*): /.exec(verdictOf({ header, snapshots }).sentence)?.[1];
    });
    expect(advice).toEqual(['', ' (--interval 100ms takes more)', ' (--interval 1s takes more)']);
  });

  it('says why there is nothing to judge', () => {
    const { header } = record();
    const verdict = verdictOf({ header: { ...header, problem: 'no preload' }, snapshots: [] });
    expect(verdict).toEqual({
      kind: 'not-measured',
      sentence: 'Nothing was measured: no preload.',
      trends: [],
    });
  });
});

describe('the account of resident memory', () => {
  const [first, last] = [snapshot({}, 1), snapshot({ native: 31, js: 15, files: 45, nobody: 6, free: 0 }, 9)];

  it('has parts that add up to it', () => {
    for (const at of [first, last]) {
      const parts = partsOf(at);
      const sum = partNames.reduce((total, part) => total + (parts[part] ?? 0), 0);
      expect(sum).toBe(at.resident.total_bytes);
    }
  });

  it('names the largest parts, four fifths of the growth at least, and the rest by its size', () => {
    const account = accountOf(first, last);
    expect(account?.parts.map(({ part }) => part)).toEqual(['native', 'js']);
    expect(account?.unexplainedBytes).toBe(6 * mebibyte);
    const named = account?.parts.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
    const growth = (account?.toBytes ?? 0) - (account?.fromBytes ?? 0);
    expect(named + (account?.unexplainedBytes ?? 0)).toBeGreaterThanOrEqual(growth * 0.8);
  });

  it('says that what is not known is unexplained, and why', () => {
    const blind = (at: Snapshot): Snapshot => {
      const { mapped, ...rest } = at;
      return { ...rest, missing: ['mincore: Operation not permitted'] };
    };
    const series = record(...each(rising, (own) => ({ own })));
    const { sentence } = verdictOf({ ...series, snapshots: series.snapshots.map(blind) });
    expect(sentence).toMatch(/unexplained \+50\.00 MiB \(missing: mincore: Operation not permitted\)\.$/);
  });

  it('is none of growth below 2 MiB', () => {
    expect(accountOf(first, snapshot({ native: 2.9 }, 9))).toBeUndefined();
  });
});

describe('the JSON report', () => {
  it('has what each snapshot leaves unexplained, a snapshot a line', () => {
    const facts = { command: ['node', 'x.js'], version: '1.2.3' };
    const text = reportText(facts, [record({ nobody: 20 }), record()]);
    expect(JSON.parse(text)).toMatchObject({
      benchmem_exec: { schema: 1, version: '1.2.3', complete: false },
      processes: [
        {
          pid: 7,
          parent_pid: 1,
          snapshots_taken: 2,
          snapshots: [{ kind: 'start' }, { unexplained_bytes: 20 * mebibyte }],
        },
        { snapshots: [{ kind: 'start' }] },
      ],
    });
    expect(text.split('\n').filter((line) => line.includes('"at_ms":'))).toHaveLength(3);
    const ended = reportText({ ...facts, end: { signal: 'SIGTERM' } }, []);
    expect(JSON.parse(ended)).toMatchObject({ signal: 'SIGTERM', processes: [] });
  });
});
