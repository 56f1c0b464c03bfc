// What the addon read to named stacks: keys, threads, what is folded, what is left out, and equal bytes for two readings
// of the same program that V8 and the loader put elsewhere.
import { describe, expect, it } from 'vitest';
import type { ProfileReading } from '../../src/native/contract.js';
import { nameStacks } from '../../src/profile/capture.js';
import type { ProfileFrame } from '../../src/profile/model.js';
import type { NamingWorld } from '../../src/profile/names/frame-names.js';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { profileLimits } from '../../src/profile/pprof/size-limits.js';
import { randomOf, shuffled } from './profile-support/profiles.js';

interface KeyedStack {
  /** Leaf first, the thread last. */
  readonly keys: readonly bigint[];
  readonly figures: readonly number[];
}

const script = (id: number, position = -1) => (1n << 63n) | (BigInt(id) << 32n) | BigInt(position + 1);
const special = (number: number) => (1n << 62n) | BigInt(number);
const thread = (number: number) => special(0x10000 + number);
const code = (object: number, address: bigint) => (BigInt(object) << 48n) | address;

function readingOf(stacks: readonly KeyedStack[], more: Partial<ProfileReading> = {}): ProfileReading {
  const frames: bigint[] = [];
  const nodes = [0, 0];
  const ends = stacks.map(({ keys }) =>
    [...keys].reverse().reduce((parent, key) => {
      if (!frames.includes(key)) frames.push(key);
      nodes.push(parent, frames.indexOf(key));
      return nodes.length / 2 - 1;
    }, 0),
  );
  return {
    frames: BigUint64Array.from(frames),
    nodes: Uint32Array.from(nodes),
    stacks: Uint32Array.from(ends),
    figures: Float64Array.from(stacks.flatMap(({ figures }) => figures)),
    objects: [
      { id: 0, path: '', base: 0x5000_0000n },
      { id: 1, path: '/srv/shop/node_modules/sharp/build/sharp.node', base: 0x7000_0000n },
      { id: 2, path: '/usr/lib/libc.so.6', base: 0x7100_0000n },
    ],
    functions: [
      'JS:~build file:///srv/shop/src/rows.ts:1:16',
      'JS:*build file:///srv/shop/src/rows.ts:1:16',
      'Builtin:ArrayMap',
      'JS:add-0-liftoff',
      'JS:~emit node:events:480:44',
      'JS:~gone file:///tmp/x-8213/loader.mjs:7:3',
    ],
    totals: { allocations: 0, bytes: 0, live: 0, sumAtMark: 0, peak: 0 },
    truncatedStacks: 0,
    frameRules: { table: 5, code: 1, pointer: 2 },
    ...more,
  };
}

const tables: Record<string, Record<number, string>> = {
  '/usr/bin/node': {
    256: '_start',
    512: 'main',
    768: 'node::worker::Worker::Run()',
    1024: 'Builtins_ArrayMap',
    1280: 'worker',
    1536: 'node::CreateEnvironment(node::IsolateData*)',
    1792: 'node::worker::MessagePort::OnMessage(int)',
  },
  '/srv/shop/node_modules/sharp/build/sharp.node': { 16: '_Z4growi' },
  '/usr/lib/libc.so.6': { 144: '__libc_start_main', 128: 'clone3' },
};
const rows = 'function build(n) {\n  const rows = [];\n  for (;;) rows.push(new Row(n));\n}\n';
const world: NamingWorld = {
  project: '/srv/shop',
  executable: '/usr/bin/node',
  textOf: (url) => (url === 'file:///srv/shop/src/rows.ts' ? rows : undefined),
  demangle: (name) => (name === '_Z4growi' ? 'grow(int)' : name),
  // The call lies one byte before the address that it returns to.
  symbolsOf: (path) => ({ nameOf: (address) => tables[path]?.[address], buildId: `id of ${path}` }),
};
const meta = { id: 'rows.bench.ts::build' };

const main = [
  code(0, 0x5000_0201n),
  code(2, 0x7100_0056n),
  code(2, 0x7100_0091n),
  code(0, 0x5000_0101n),
  thread(0),
];
const nine = [1, 100, 0, 0, 0, 1, 100, 1, 90];

function namesOf(keys: readonly bigint[], more: Partial<ProfileReading> = {}): ProfileFrame[] {
  const [stack] = nameStacks(readingOf([{ keys, figures: nine }], more), world, meta).stacks;
  return [...(stack?.frames ?? [])];
}

describe('the start of a worker', () => {
  const unknown = special(3);
  const grow = code(1, 0x7000_0011n);
  const worker = (number: number) => [code(0, 0x5000_0301n), code(2, 0x7100_0081n), thread(number)];
  const [create, onMessage] = [code(0, 0x5000_0601n), code(0, 0x5000_0701n)];
  const textsOf = (stacks: readonly (readonly bigint[])[], choice = {}) =>
    nameStacks(readingOf(stacks.map((keys) => ({ keys, figures: nine }))), world, meta, choice).stacks.map(
      ({ frames }) => frames.map(({ name }) => name.replace(/\(.*/, '')).join(' < '),
    );

  it('is one frame, in the place of code that V8 named to nobody', () => {
    expect(textsOf([[grow, unknown, unknown, unknown, create, ...worker(1)]])).toEqual([
      'grow < [start of the worker] < node::CreateEnvironment < node::worker::Worker::Run < clone3 < worker 1',
    ]);
    const heard = [grow, script(0), onMessage, ...worker(1)];
    expect(textsOf([[grow, unknown, unknown, onMessage, ...worker(1)], heard]).sort()).toEqual([
      'grow < [start of the worker] < node::worker::MessagePort::OnMessage < node::worker::Worker::Run < clone3 < worker 1',
      'grow < build < node::worker::MessagePort::OnMessage < node::worker::Worker::Run < clone3 < worker 1',
    ]);
    expect(textsOf([[grow, unknown, create, ...worker(1)]], { native: false })).toEqual([
      '[start of the worker] < worker 1',
    ]);
    expect(textsOf([[grow, unknown, create, ...worker(1)]], { js: false })[0]).not.toContain('[');
  });

  it('is nothing else: other threads, workers that nobody listens to, code beside named functions', () => {
    for (const keys of [
      [grow, unknown, create, ...main],
      [grow, unknown, unknown, onMessage, ...worker(1)],
      [grow, unknown, script(0), create, ...worker(1)],
    ]) {
      const [text] = textsOf([keys]);
      expect(text).toContain('[unknown code]');
      expect(text).not.toContain('[start of the worker]');
    }
  });
});

describe('a stack', () => {
  it('has names of native code, of scripts, of builtins and of its thread', () => {
    const position = rows.indexOf('new Row');
    expect(namesOf([code(1, 0x7000_0011n), script(1, position), script(2), script(4, 90), ...main])).toEqual([
      {
        kind: 'native',
        name: 'grow(int)',
        object: 'node_modules/sharp/build/sharp.node',
        package: 'sharp',
        address: 0x10,
      },
      { kind: 'js', name: 'build', file: 'src/rows.ts', line: 3, column: 22, functionLine: 1 },
      { kind: 'builtin', name: 'ArrayMap' },
      { kind: 'js', name: 'emit', file: 'node:events', functionLine: 480 },
      { kind: 'native', name: 'main', object: 'node', address: 0x200 },
      { kind: 'native', name: '__libc_start_main', object: 'libc.so.6', address: 0x90 },
      { kind: 'native', name: '_start', object: 'node', address: 0x100 },
      { kind: 'thread', name: 'main thread' },
    ]);
  });

  it('has no path of the machine, and the place of the function where the text is gone', () => {
    expect(namesOf([script(5, 3), ...main])[0]).toEqual({
      kind: 'js',
      name: 'gone',
      file: 'loader.mjs',
      functionLine: 7,
    });
  });

  it('has lines of code that no file holds, by what V8 ran', () => {
    const functions = ['Eval:~ :1:1', 'JS:~f :2:9', 'JS:~f :2:9'];
    const keys = [script(0, 3), script(1, 5), script(2, 5), ...main];
    const reading = readingOf([{ keys, figures: nine }], {
      functions,
      functionScripts: Int32Array.of(4, 4, 0),
    });
    const scripts = [{ scriptId: 4, url: '', line: 0, column: 0, text: 'a(\n\nb);' }];
    const [found] = nameStacks(reading, world, meta, { scripts }).stacks;
    expect(found?.frames.slice(0, 3)).toEqual([
      { kind: 'js', name: '(eval)', file: '[eval]', line: 2, column: 1, functionLine: 1 },
      { kind: 'js', name: 'f', file: '[eval]', line: 3, column: 2, functionLine: 2 },
      { kind: 'js', name: 'f', file: '[eval]', functionLine: 2 },
    ]);
  });

  it('has no names of JavaScript where those cannot be trusted', () => {
    const frames = namesOf([script(0, 20), script(2), ...main], { jsFramesRefused: 'V8 moved' });
    expect(frames.slice(0, 2).map(({ kind, name }) => [kind, name])).toEqual([
      ['special', '[unknown code]'],
      ['special', '[unknown code]'],
    ]);
  });

  it('says what cannot be named', () => {
    const keys = [
      special(3),
      special(2),
      special(99),
      script(3),
      script(77),
      code(9, 5n),
      code(1, 0x10n),
      special(1),
      ...main,
    ];
    expect(namesOf(keys).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'special [unknown code]',
      'wasm [wasm]',
      'special [unknown code]',
      'wasm add',
      'special [unknown code]',
      'special [unknown code]',
      'special [unknown code]',
      'special [truncated]',
      'native main',
      'native __libc_start_main',
      'native _start',
      'thread main thread',
    ]);
  });

  it('names code without a symbol by object and address, unless the C library starts a thread with it', () => {
    const keys = [code(2, 0x7100_0778n), code(1, 0x7000_0ffen), ...main];
    expect(
      namesOf(keys)
        .map(({ name }) => name)
        .slice(0, 3),
    ).toEqual(['libc.so.6+0x777', 'sharp.node+0xffd', 'main']);
  });

  it('calls the program by its own name, also where it lies in a package', () => {
    const npm = { ...world, executable: '/srv/shop/node_modules/node26/bin/node' };
    const symbols = {
      ...npm,
      symbolsOf: (path: string) => world.symbolsOf(path.replace(/^.*\/node$/, '/usr/bin/node')),
    };
    const { stacks, objects } = nameStacks(readingOf([{ keys: main, figures: nine }]), symbols, meta);
    expect(stacks[0]?.frames.at(-2)).toEqual({
      kind: 'native',
      name: '_start',
      object: 'node',
      address: 0x100,
    });
    expect(objects[0]?.name).toBe('node');
  });

  it('marks a step that was found in machine code', () => {
    const frames = namesOf([code(1, 0x7000_0011n), script(2), ...main], {
      rules: new Uint8Array(20).fill(1),
    });
    expect(frames.filter(({ rule }) => rule === 'code').map(({ name }) => name)).toEqual([
      'grow(int)',
      'main',
      '__libc_start_main',
      '_start',
    ]);
  });

  it("names V8's builtins alike, whether node's executable or V8 holds them", () => {
    const embedded = namesOf([code(0, 0x5000_0401n), ...main])[0];
    expect(embedded).toEqual(namesOf([script(2), ...main])[0]);
  });
});

describe('the stacks of a reading', () => {
  const work = [script(0, rows.indexOf('new Row'))];
  const clone = code(2, 0x7100_0081n);
  const stacks: readonly KeyedStack[] = [
    { keys: [...work, ...main], figures: nine },
    // Another tier of the same function, at the same place.
    { keys: [script(1, rows.indexOf('new Row')), ...main], figures: nine },
    { keys: [...work, code(0, 0x5000_0301n), clone, thread(1)], figures: nine },
    { keys: [code(0, 0x5000_0501n), clone, thread(2)], figures: nine },
    { keys: [code(0, 0x5000_0501n), clone, thread(3)], figures: nine },
    { keys: [special(1), thread(4)], figures: nine },
  ];

  it('are added up where tiers and threads of one kind make them the same', () => {
    const found = nameStacks(readingOf(stacks), world, meta).stacks.map(({ frames, figures }) => [
      frames.at(-1)?.name,
      figures.bytes,
    ]);
    expect(found).toEqual([
      ['libuv pool', 200],
      ['main thread', 200],
      ['other threads', 100],
      ['worker 1', 100],
    ]);
  });

  it('are without native frames, or without JavaScript, where that is asked for', () => {
    const kinds = (choice: object) => {
      const { stacks: named, meta } = nameStacks(readingOf(stacks), world, { id: 'x' }, choice);
      return [new Set(named.flatMap(({ frames }) => frames.map(({ kind }) => kind))), meta.native];
    };
    expect(kinds({ native: false })).toEqual([new Set(['js', 'thread', 'special']), false]);
    expect(kinds({ js: false })).toEqual([new Set(['native', 'thread', 'special']), undefined]);
  });

  it('have no unknown code without native frames, and are still known to be truncated', () => {
    const reading = readingOf([{ keys: [special(3), script(0, 15), special(1), thread(0)], figures: nine }]);
    const { stacks: named } = nameStacks(reading, world, { id: 'x' }, { native: false });
    expect(named[0]?.frames.map(({ name }) => name)).toEqual(['build', '[truncated]', 'other threads']);
  });

  it('keep the end of a recursion that is deeper than a profile can be, and can be read again', () => {
    const deep = (count: number): KeyedStack => ({
      keys: [code(1, 0x7000_0011n), ...new Array(count).fill(script(0, 15)), thread(0)],
      figures: nine,
    });
    const { depth } = profileLimits;
    const profile = nameStacks(readingOf([deep(depth - 2), deep(depth - 1), deep(9000)]), world, meta);
    expect(profile.meta.truncatedStacks).toBe(2);
    const read = readProfile(encodeProfile(profile)).stacks;
    expect(read.map(({ frames }) => [frames.length, frames.at(-2)?.name, frames.at(-1)?.name])).toEqual(
      expect.arrayContaining([
        [depth, 'build', 'other threads'],
        [depth, '[truncated]', 'other threads'],
      ]),
    );
  });

  it('give the same file wherever V8 and the loader put things, in whatever order they were seen', () => {
    const moved = (key: bigint) => (key >> 62n === 0n ? key + 0x1230_0000n : key);
    const elsewhere = readingOf(
      shuffled(stacks, randomOf(6)).map(({ keys, figures }) => ({ keys: keys.map(moved), figures })),
    );
    const objects = elsewhere.objects.map((object) => ({ ...object, base: object.base + 0x1230_0000n }));
    const bytes = (reading: ProfileReading) => Buffer.from(encodeProfile(nameStacks(reading, world, meta)));
    expect(bytes({ ...elsewhere, objects: [...objects].reverse() }).equals(bytes(readingOf(stacks)))).toBe(
      true,
    );
  });

  it('say what the reading says of the whole, and which objects they name', () => {
    const reading = readingOf([{ keys: [code(1, 0x7000_0011n), ...main], figures: nine }], {
      truncatedStacks: 2,
      jsFramesRefused: 'V8 moved its frames',
    });
    const profile = nameStacks(reading, world, { ...meta, peakBytes: 100 });
    expect(profile.meta).toEqual({
      schema: 1,
      id: 'rows.bench.ts::build',
      peakBytes: 100,
      truncatedStacks: 2,
      frameRules: { table: 5, code: 1, pointer: 2 },
      jsFramesRefused: 'V8 moved its frames',
    });
    expect(profile.objects).toEqual([
      { name: 'node', buildId: 'id of /usr/bin/node' },
      { name: 'libc.so.6', buildId: 'id of /usr/lib/libc.so.6' },
      {
        name: 'node_modules/sharp/build/sharp.node',
        buildId: 'id of /srv/shop/node_modules/sharp/build/sharp.node',
      },
    ]);
  });

  it('are refused where the reading does not fit together', () => {
    const good = readingOf(stacks);
    const broken: Partial<ProfileReading>[] = [
      { nodes: Uint32Array.from([0, 0, 1, 0]), stacks: Uint32Array.from([1]) },
      { nodes: Uint32Array.from([0, 0, 0, 99]), stacks: Uint32Array.from([1]) },
      { stacks: Uint32Array.from([999]) },
      { figures: good.figures.slice(1) },
      { figures: good.figures.map(() => -1) },
      { figures: good.figures.map(() => 0.5) },
    ];
    for (const part of broken) expect(() => nameStacks({ ...good, ...part }, world, meta)).toThrow(TypeError);
  });
});
