// JavaScript frames of profiles against what was called: function, file and line of each, on every Node at hand. V8's own
// samples of the same stacks are compared in the process itself.

import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { profileFlags } from '../../src/engine/child/parent/node-flags.js';
import { type ImportableModules, makeImportable } from '../../src/engine/modules/importable.js';
import type { JsFramesPlan, JsFramesReport } from './js-frames-child.js';
import { nodesAtHand } from './nodes-at-hand.js';

const file = bundleEntry('test/integration/js-frames-child.ts');
const folder = new URL('../fixtures/measured/js-frames/', import.meta.url);
const typedSource = fileURLToPath(new URL('typed.ts', folder));
let modules: ImportableModules | undefined;

beforeAll(async () => {
  modules = await makeImportable([typedSource]);
});
afterAll(() => modules?.dispose());

interface Run extends Partial<JsFramesPlan> {
  readonly node?: string;
  readonly mode?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function run({
  node,
  mode = 'jemalloc',
  flags = profileFlags,
  env = {},
  ...plan
}: Run): Promise<JsFramesReport> {
  const typed = modules?.urlOf(typedSource) ?? pathToFileURL(typedSource).href;
  const addonLoader = `${root}/build/Release/benchmem.node`;
  return (await runMeasured({
    ...(node !== undefined && { node }),
    mode,
    file,
    flags,
    env: { BENCHMEM_CHECK_JS_FRAMES: '1', ...env },
    plan: { folder: folder.href, typed, addonLoader, inlines: false, ...plan },
  })) as JsFramesReport;
}

const keep = 'keep calls.mjs:5';
const expected: JsFramesReport['stacks'] = {
  5001: [keep, 'get area calls.mjs:9', 'calls calls.mjs:78'],
  5002: [keep, 'sides calls.mjs:13', 'calls calls.mjs:79'],
  5003: [keep, 'of calls.mjs:17', 'calls calls.mjs:80'],
  5004: [keep, '#hidden calls.mjs:20', 'reveal calls.mjs:23', 'calls calls.mjs:81'],
  5005: [keep, '~ a name: * calls.mjs:26', 'calls calls.mjs:82'],
  5006: [keep, 'deep calls.mjs:31', ...Array(3).fill('deep calls.mjs:32'), 'calls calls.mjs:83'],
  5007: [keep, 'leaf calls.mjs:36', 'hot calls.mjs:42'],
  5008: [keep, 'evaluated [eval]:2', 'evaluate calls.mjs:49', 'calls calls.mjs:84'],
  5009: [keep, 'inContext a page.js:12', 'inContext calls.mjs:57', 'calls calls.mjs:85'],
  5010: [keep, 'f calls.mjs:72', 'middle', 'calls calls.mjs:86'],
  5011: [keep, '(anonymous) calls.mjs:87', 'calls calls.mjs:87'],
  5012: [keep, 'later calls.mjs:92'],
  5013: [keep, 'later calls.mjs:94'],
  5014: ['typed typed.ts:13'],
  5015: ['inThread thread.mjs:7', '(top level) thread.mjs:10'],
};

describe.each(nodesAtHand)('the JavaScript frames of a profile on Node $major', ({ node }) => {
  it('are what was called', async () => {
    const { stacks, figures, refused } = await run({ node });
    expect(refused).toBeUndefined();
    expect(stacks).toEqual(expected);
    expect(figures).toMatchObject({ busy: 0, unlearned: 0, unknown: 0, different: 0 });
    expect(figures.checked).toBeGreaterThan(100);
    expect(figures.notSampled).toBeLessThan(figures.checked / 2);
  });

  it('are named in a process that runs already, and in its threads, with the lines of what is compiled from then on', async () => {
    const { stacks, figures, refused } = await run({ node, mode: 'attached', flags: [], attached: true });
    expect(refused).toBeUndefined();
    const before = /^(keep|leaf|hot) calls\.mjs:\d+$/;
    const own = Object.fromEntries(
      Object.entries(expected).filter(([bytes]) => !['5007', '5015'].includes(bytes)),
    );
    const lineless = (frame: string) => frame.replace(before, '$1 calls.mjs:?');
    const { 5007: optimised = [], 5016: older = [], ...others } = stacks;
    expect(others).toEqual(
      Object.fromEntries(Object.entries(own).map(([bytes, frames]) => [bytes, frames.map(lineless)])),
    );
    // What V8 inlined has no frame.
    expect(optimised.at(-1)).toBe('hot calls.mjs:?');
    expect(older.map((frame) => frame.replace(/:[^:]*$/, ''))).toEqual([
      'inOlderThread older-thread.mjs',
      '(anonymous) older-thread.mjs',
    ]);
    expect(figures).toMatchObject({ unlearned: 0, unknown: 0, different: 0 });
  });

  it('are the same where the collector moves code', async () => {
    const { stacks, figures } = await run({ node, flags: [...profileFlags, '--compact-on-every-full-gc'] });
    expect(figures.moves).toBeGreaterThan(10);
    expect(stacks).toEqual(expected);
    expect(figures).toMatchObject({ busy: 0, unlearned: 0, unknown: 0, different: 0 });
  });

  it('are absent, which is said, where V8 has other entry points', async () => {
    const { stacks, refused } = await run({ node, env: { BENCHMEM_SIMULATE_NO_CODE_EVENTS: '1' } });
    expect(refused).toMatch(/^this runtime's V8 has no .*SetJitCodeEventHandler/);
    expect(Object.values(stacks).flat()).toEqual([]);
  });
});
