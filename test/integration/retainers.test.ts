// Which objects stay and what keeps them, of real programs on real heaps: the path names the module and the variable.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { pathText } from '../../src/retainers/words.js';
import { nodesAtHand } from './nodes-at-hand.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'test/field/programs/kept.mjs');
const folder = mkdtempSync(join(tmpdir(), 'benchmem-retainers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly retained: number;
  readonly blob: {
    readonly calls: number;
    readonly groups: readonly Group[];
    readonly once: readonly Group[];
  };
  readonly text: string;
}

interface Group {
  readonly kind: string;
  readonly objects: number;
  readonly bytes: number;
  readonly native_bytes: number;
  readonly path: readonly {
    readonly node: string;
    readonly edge: string;
    readonly file?: string;
    readonly line?: number;
  }[];
}

function measure(node: string, exportName: string, flags: readonly string[] = [], file = program) {
  const json = join(folder, 'run.json');
  const { status, stdout, stderr } = spawnSync(
    node,
    [
      join(root, 'bin/benchmem.js'),
      'measure',
      file,
      '--export',
      exportName,
      '--retainers',
      '--json',
      json,
      ...flags,
    ],
    { encoding: 'utf8', cwd: folder, env: { ...process.env, TMPDIR: folder } },
  );
  return { status, text: `${stdout}${stderr}`, json };
}

async function retainersOf(node: string, exportName: string, file = program): Promise<Told> {
  const { status, text, json } = measure(node, exportName, ['--repeats', '3'], file);
  expect({ status, text }).toMatchObject({ status: 0 });
  const { readFile } = await import('node:fs/promises');
  const { benchmarks } = JSON.parse(await readFile(json, 'utf8'));
  const { retainers, retained_bytes: passes } = benchmarks[0].extra_info.benchmem;
  return { blob: retainers, retained: Math.min(...passes), text: `${text}${JSON.stringify(retainers)}` };
}

/** Of each call: the objects, and the path. */
const cases: Readonly<
  Record<string, { readonly objects: number; readonly path: RegExp; readonly explains?: number }>
> = {
  exportedMap: { objects: 100, path: /^module kept\.mjs var entries -> Map\[\] -> Object$/, explains: 1 },
  login: { objects: 50, path: /^module kept-sessions\.cjs var sessions -> Map\[\] -> Session$/ },
  listeners: {
    objects: 50,
    path: /^module kept\.mjs var bus -> EventEmitter\._events -> Object\[\*\] -> Array\[\] -> function onMessage \(kept\.mjs:30\)$/,
  },
  timers: {
    objects: 50,
    path: /^node:internal\/timers var timerListMap -> Object\[\] -> TimersList\[list\] -> Timeout$/,
  },
  list: { objects: 200, path: /^module kept\.mjs var log -> Array\[\] -> Entry$/ },
  promises: { objects: 50, path: /^module kept\.mjs var waiting -> Array\[\] -> function$/ },
  bufferSlices: { objects: 20, path: /^module kept\.mjs var slices -> Array\[\] -> Buffer$/, explains: 1 },
  webAssembly: { objects: 1, path: /^module kept\.mjs var memories -> Array\[\] -> Memory$/ },
  finalization: {
    objects: 50,
    path: /^module kept\.mjs var registry -> FinalizationRegistry\[\] -> FinalizationRegistry cell$/,
  },
  weakMap: { objects: 50, path: /^module kept\.mjs var keys -> Array\[\] -> Object$/ },
  linkedList: { objects: 2000, path: /^module kept\.mjs var head -> Object$/ },
  dictionaryOf: { objects: 100, path: /^module kept\.mjs var dictionary -> Object\[\*\] -> Entry$/ },
  slicedStrings: { objects: 50, path: /^module kept\.mjs var words -> Set\[\] -> (sliced )?string$/ },
  closures: {
    objects: 20,
    path: /^module kept\.mjs var handlers -> Array\[\] -> function handle \(kept\.mjs:\d+\)$/,
  },
  instances: { objects: 50, path: /^module kept\.mjs var connections -> Set\[\] -> Connection$/ },
  signals: {
    objects: 50,
    path: /^node:internal\/abort_controller var gcPersistentSignals -> Set\[\] -> (EventTarget|AbortSignal)$/,
  },
  // Both ends of twenty channels; what holds them is node's, and has another name in each V8.
  ports: { objects: 40, path: / -> MessagePort$/ },
  asyncContexts: { objects: 50, path: /^module kept\.mjs var queue -> Array\[\] -> Promise$/ },
};
const inGate = ['exportedMap', 'login', 'listeners', 'linkedList'];
const everything = process.env.BENCHMEM_FULL === '1';
const nodes = nodesAtHand.filter(({ major }) => everything || major === '20' || major === '26');

describe.each(nodes)('Node $major', ({ node }) => {
  it.each(Object.entries(cases).filter(([name]) => everything || inGate.includes(name)))(
    'names what keeps the objects of %s',
    async (name, { objects, path, explains }) => {
      const { blob, retained } = await retainersOf(node, name);
      const [largest] = blob.groups as [Group];
      expect(pathText(largest.path)).toMatch(path);
      // Few objects have the number of an older one that died where they lie: heap_ids.h says why.
      expect(largest.objects / blob.calls).toBeLessThanOrEqual(objects);
      expect(largest.objects / blob.calls).toBeGreaterThanOrEqual(objects * 0.98);
      if (explains === undefined) return;
      const explained = blob.groups.reduce((sum, { bytes }) => sum + bytes, 0) / blob.calls / retained;
      expect(retained).toBeGreaterThan(1e6);
      expect(explained).toBeGreaterThan(0.95);
      expect(explained).toBeLessThan(1.05);
    },
  );
  it('tells a cache that is full, and what is made once, from what each call keeps', async () => {
    const cache = await retainersOf(node, 'cache');
    expect(cache.blob.groups).toEqual([]);
    expect(cache.blob.once.map(({ path }) => pathText(path))).toContain(
      'module kept.mjs var recent -> Map[] -> Entry',
    );
    const once = await retainersOf(node, 'once');
    expect(once.blob.groups.map(({ path }) => pathText(path))).toEqual([
      'module kept.mjs var log -> Array[] -> Object',
    ]);
    expect(once.blob.once.map(({ path }) => pathText(path))).toContain(
      'module kept.mjs var lazy -> Map[] -> Array',
    );
  });
});

describe('what is told', () => {
  it('holds no string and no key of the program, and no snapshot stays on the disk', async () => {
    for (const name of ['exportedMap', 'dictionaryOf', 'login']) {
      expect((await retainersOf(process.execPath, name)).text).not.toContain('secret');
    }
    expect(readdirSync(folder)).toEqual(['run.json']);
  });
  it('is nothing where nothing is kept', async () => {
    const { blob, text } = await retainersOf(process.execPath, 'nothing');
    expect(blob.groups).toEqual([]);
    expect(text).toContain('kept by each call: no object was found');
  });
  it('is the same in every run', async () => {
    const [first, second] = [
      await retainersOf(process.execPath, 'login'),
      await retainersOf(process.execPath, 'login'),
    ];
    expect(second.blob).toEqual(first.blob);
  });
  it('names functions by the line of the TypeScript that they come from', async () => {
    const { blob } = await retainersOf(process.execPath, 'subscribe', join(root, 'test/fixtures/kept.ts'));
    const [largest] = blob.groups as [Group];
    expect(pathText(largest.path)).toBe(
      'module kept.ts var listeners -> Set[] -> function onChange (kept.ts:12)',
    );
  });
  it('is a warning with both sizes where the heap is larger than the limit', () => {
    const { status, text } = measure(process.execPath, 'login', ['--retainers-max', '1MiB']);
    expect(status).toBe(0);
    expect(text).toMatch(
      /RETAINERS_HIDDEN.*the JavaScript heap has \d[\d.]* MiB, the\s+limit is 1.00\s+MiB/s,
    );
    expect(text).not.toContain('kept by each call');
  });
  it.each([
    [['--cold'], '--cold measures the first call in fresh children, and --retainers is given beside it'],
    [['--retainers-max', 'many'], '--retainers-max is "many"'],
  ])('is refused with %j', (flags, message) => {
    const { status, text } = measure(process.execPath, 'login', flags);
    expect(status).toBe(2);
    expect(text).toContain(message);
  });
});
