// What `benchmem exec` says of live programs, each named by what a person asked, and whether the parts that it names account for
// the growth of all resident memory. Twice in the gate, ten times with
// BENCHMEM_FULL=1; there also on every Node at hand. Durations are never judged.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAddon } from '../../scripts/lib/measured-child.mjs';
import { readReport, startExec } from '../integration/exec-process.js';
import { nodesAtHand } from '../integration/nodes-at-hand.js';
import { accountFault } from './accounted-growth.js';
import { further, gated, installCleanPrograms } from './clean-programs.js';

const isFull = process.env.BENCHMEM_FULL === '1';
const runs = isFull ? 10 : 2;
const nodes = isFull ? nodesAtHand : nodesAtHand.slice(0, 1);
const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function verdictOn(command: readonly string[], options: readonly string[], cwd?: string) {
  files += 1;
  const json = join(folder, `${files}.json`);
  const running = startExec([...options, '--json', json], command, { cwd });
  running.child.stdin?.end(); // some programs read it to its end
  const { code, stderr } = await running.ended;
  const [process] = readReport(json).processes;
  if (process === undefined) throw new Error(stderr);
  const { kind, sentence } = process.verdict;
  return { code, kind, sentence, accountFault: accountFault(sentence, process.snapshots) };
}

const kept = (kind: string) => [program('kept.cjs'), kind, testAddon('probe')];
const cases: ReadonlyArray<
  readonly [asked: string, command: readonly string[], kind: string, sentence: RegExp]
> = [
  [
    'my heap grows steadily, why does nobody see it?',
    [program('objects-kept-steadily.cjs')],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'and with collections of my own on the way?',
    [program('objects-kept-steadily.cjs'), 'gc'],
    'js-growth',
    /^It looks like a leak of JavaScript objects/,
  ],
  [
    'it grew until I shut it down: does that show?',
    [program('buffers-released-at-shutdown.cjs')],
    'released',
    /native memory in use grew from \d+\.\d\d MiB to 7\d\.\d\d MiB until \d+\.\d s, then was released/,
  ],
  [
    'who has the memory of isolates that nobody observes?',
    [program('isolates-nobody-observes.cjs')],
    'unobserved-isolates|released', // its exit ends them one by one, and a snapshot may see that
    /V8's pages outside the observed isolates grew from/,
  ],
  ['are my closures kept?', kept('closures'), 'js-growth', /JavaScript heap grew/],
  ['are my timers kept?', kept('timers'), 'js-growth', /JavaScript heap grew/],
  ['are my strings kept?', kept('strings'), 'js-growth', /JavaScript heap grew/],
  ['are my Buffers kept?', kept('buffers'), 'native-leak', /allocated by node itself/],
  ['are many small Buffers kept?', kept('small buffers'), 'native-leak', /native memory in use \+/],
  ['is my wasm memory kept?', kept('wasm'), 'mapped-growth', /wasm memory and resizable buffers grew/],
  ['does my addon leak?', kept('addon'), 'native-leak', /allocated by probe\.node/],
  ['who holds references to my objects?', kept('references'), 'native-leak', /allocated by probe\.node/],
  [
    'are two things kept?',
    kept('buffers and objects'),
    'native-leak',
    /^It looks like a native leak: .*; the JavaScript heap grew/,
  ],
  ['is garbage a leak?', kept('garbage'), 'steady', /^Nothing keeps growing/],
  ['is a bounded cache a leak?', kept('bounded cache'), 'steady', /^Nothing keeps growing/],
  ['is one large load a leak?', kept('one load'), 'steady', /^Nothing keeps growing/],
];

describe.concurrent.each(nodes)('on Node $major', ({ node }) => {
  it.each(cases)('%s', async (_asked, command, kind, sentence) => {
    for (let run = 0; run < runs; run += 1) {
      const verdict = await verdictOn([node, '--expose-gc', ...command], ['--interval', '200ms']);
      expect(verdict).toMatchObject({
        kind: expect.stringMatching(new RegExp(`^(${kind})$`)),
        sentence: expect.stringMatching(sentence),
        accountFault: undefined,
      });
      if (!kind.includes('isolates')) expect(verdict.code).toBe(0);
    }
  });
});

const cause = (kind: string) => [program('causes.cjs'), kind, testAddon('probe')];
// What hides its cause; the first ones in the gate too.
const hidden: ReadonlyArray<readonly [command: string, kind: string, sentence: RegExp]> = [
  ['buffers and wasm', 'native-leak', /allocated by node itself .*; wasm memory and resizable buffers grew/],
  ['starts late', 'late|js-growth', /the JavaScript heap grew from \d/],
  ['late cache', 'slowing|steady', /the JavaScript heap grew/i],
  ['addon among garbage', 'native-leak', /allocated by probe\.node/],
  ['sawtooth', 'steady', /^Nothing keeps growing/],
  ['one piece of work', 'one-load', /the JavaScript heap grew .* while one piece of work ran/i],
  ['in bursts', 'js-growth', /^It looks like a leak of JavaScript objects/],
  ['external strings', 'native-leak', /allocated by node itself/],
  ['wasm grows', 'mapped-growth', /^It looks like a leak of wasm memory/],
  ['worker churn', 'steady|fragmentation|slowing|released', /./],
  ['a worker keeps', 'js-growth|released', /the JavaScript heap grew/],
  ['mapped files', 'file-growth|uncounted|slowing', /mapped files and code grew/i],
  ['sawtooth that rises', 'js-growth', /^It looks like a leak of JavaScript objects/],
  ['released at the end', 'released', /the JavaScript heap grew from .* until \d+\.\d s, then was released/],
  ['addon releases at the end', 'released', /native memory in use grew from .*, then was released/],
  ['below 2 MiB', 'steady', /^Nothing keeps growing/],
  ['short', 'cannot-tell', /^It cannot tell/],
  ['shared memory', 'native-leak', /allocated by node itself/],
  ['resizable buffers', 'mapped-growth', /^It looks like a leak of wasm memory or resizable buffers/],
  ['zlib streams', 'native-leak', /allocated by node itself/],
  ['ever faster', 'js-growth', /^It looks like a leak of JavaScript objects/],
  // The array is copied into a larger one in ever longer steps: the last one may be long ago.
  ['numbers in an array', 'js-growth|slowing', /the JavaScript heap grew/i],
  // Where others take the processor first, it begins late by the clock.
  ['in a busy loop', 'js-growth|late', /the JavaScript heap grew/],
  ['code kept', 'js-growth', /^It looks like a leak of JavaScript objects/],
  ['mappings', 'private-memory', /^A private allocator grows, .* mapped by probe\.node/],
  ['jobs that map', 'private-memory', /^A private allocator grows, .* mapped by probe\.node/],
  [
    'one job that maps',
    'one-load',
    /mapped by probe\.node, mostly while the program waited for work that a library did/,
  ],
  ['fragments', 'fragmentation|released', /free memory inside the allocator|lie free inside it/],
];
const hiddenInGate = 6;

describe.concurrent('a cause that hides', () => {
  it.each(isFull ? hidden : hidden.slice(0, hiddenInGate))('%s', async (name, kind, sentence) => {
    for (let run = 0; run < (isFull ? 3 : 1); run += 1) {
      const command = [process.execPath, '--expose-gc', ...cause(name)];
      expect(await verdictOn(command, ['--interval', '200ms'])).toMatchObject({
        code: 0,
        kind: expect.stringMatching(new RegExp(`^(${kind})$`)),
        sentence: expect.stringMatching(sentence),
        accountFault: undefined,
      });
    }
  });
});

const noLeak = [
  'steady',
  'slowing',
  'one-load',
  'late',
  'released',
  'cannot-tell',
  'uncollected',
  'fragmentation',
  'unseen-memory', // where memory is, and not that it grows
];
const clean = [...gated(isFull ? 120 : 15), ...(isFull ? further() : [])];

describe('a clean program names no leak', () => {
  if (isFull) beforeAll(installCleanPrograms, 600_000);

  it.each(clean)('$name', async ({ command, code = 0, cwd }) => {
    for (const options of [['--interval', '500ms'], []]) {
      const verdict = await verdictOn([process.execPath, ...command], options, cwd);
      expect(verdict).toEqual({
        ...verdict,
        code,
        accountFault: undefined,
        kind: expect.toSatisfy((found: string) => noLeak.includes(found)),
      });
    }
  });
});
