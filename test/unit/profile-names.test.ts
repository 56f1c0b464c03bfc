// Names of frames from what V8, an object's symbols and the disk say: code events, places, source maps, paths, native
// names, kinds of threads.
import { describe, expect, it } from 'vitest';
import { readCodeName } from '../../src/profile/names/code-event.js';
import { isCollector, readNativeName } from '../../src/profile/names/native-name.js';
import { fileName, packageOf, scriptName } from '../../src/profile/names/paths.js';
import { placeIn, ScriptPlaces } from '../../src/profile/names/places.js';
import { threadClassOf, threadFrames } from '../../src/profile/names/threads.js';
import { js, native } from './profile-support/profiles.js';

describe("V8's name of code", () => {
  it.each([
    [
      'JS:*build file:///srv/a.mjs:3:15',
      { kind: 'js', name: 'build', url: 'file:///srv/a.mjs', line: 3, column: 15 },
    ],
    [
      'JS:~build file:///srv/a.mjs:3:15',
      { kind: 'js', name: 'build', url: 'file:///srv/a.mjs', line: 3, column: 15 },
    ],
    [
      "JS:+'build file:///srv/a.mjs:3:15",
      { kind: 'js', name: 'build', url: 'file:///srv/a.mjs', line: 3, column: 15 },
    ],
    [
      'JS:^get size /srv/a b.cjs:1:2',
      { kind: 'js', name: 'get size', url: '/srv/a b.cjs', line: 1, column: 2 },
    ],
    ['JS:~ node:buffer:280:9', { kind: 'js', name: '(anonymous)', url: 'node:buffer', line: 280, column: 9 }],
    [
      'JS:~f evalmachine.<anonymous>:1:11',
      { kind: 'js', name: 'f', url: 'evalmachine.<anonymous>', line: 1, column: 11 },
    ],
    ['JS:~f [eval1]:1:11', { kind: 'js', name: 'f', url: '[eval1]', line: 1, column: 11 }],
    ['JS:~f worker.js:1:11', { kind: 'js', name: 'f', url: 'worker.js', line: 1, column: 11 }],
    ['JS:~f :1:11', { kind: 'js', name: 'f', line: 1, column: 11 }],
    [
      'Script:~ file:///srv/a.mjs:1:1',
      { kind: 'js', name: '(top level)', url: 'file:///srv/a.mjs', line: 1, column: 1 },
    ],
    ['Script:~ file:///srv/a.mjs', { kind: 'js', name: '(top level)', url: 'file:///srv/a.mjs' }],
    [
      'Eval:~ evalmachine.<anonymous>:1:1',
      { kind: 'js', name: '(eval)', url: 'evalmachine.<anonymous>', line: 1, column: 1 },
    ],
    ['RegExp:a+ :b', { kind: 'js', name: 'RegExp /a+ :b/' }],
    ['Builtin:ArrayMap', { kind: 'builtin', name: 'ArrayMap' }],
    [
      'BytecodeHandler:LdaNamedProperty.Wide',
      { kind: 'builtin', name: 'BytecodeHandler LdaNamedProperty.Wide' },
    ],
    ['JS:add-0-liftoff', { kind: 'wasm', name: 'add' }],
    ['JS:wasm-function[3]-3-turbofan', { kind: 'wasm', name: 'wasm-function[3]' }],
    [
      'JS:*f-1-liftoff /srv/a.js:1:1',
      { kind: 'js', name: 'f-1-liftoff', url: '/srv/a.js', line: 1, column: 1 },
    ],
    ['wasm:add one', { kind: 'wasm', name: 'add one' }],
    ['nothing known', { kind: 'builtin', name: 'nothing known' }],
  ])('%j', (event, expected) => {
    expect(readCodeName(event)).toEqual(expected);
  });

  it('is divided where the script is one that there is', () => {
    const event = 'JS:~a /b c /srv/x y /z.js:1:1';
    const divided = (script: string) => readCodeName(event, { isScript: (url) => url === script });
    expect(divided('/srv/x y /z.js')).toMatchObject({ name: 'a /b c', url: '/srv/x y /z.js' });
    expect(divided('/b c /srv/x y /z.js')).toMatchObject({ name: 'a', url: '/b c /srv/x y /z.js' });
    const told = readCodeName('JS:~in context a page.js:4:2', { url: 'a page.js', isScript: () => false });
    expect(told).toMatchObject({ name: 'in context', url: 'a page.js', line: 4, column: 2 });
    expect(divided('nowhere')).toMatchObject({ name: 'a /b c /srv/x y', url: '/z.js' });
  });

  it('is cut where it is longer than anyone reads', () => {
    expect(readCodeName(`RegExp:${'x'.repeat(1e6)}`).name).toHaveLength(1001);
  });
});

const text =
  '\uFEFF#!/usr/bin/env node\r\nfunction first(a) {\n  return a;\u2028}\nconst second = (b) => b;\n';
const plain = text.slice(1);

describe('a position in a script', () => {
  const places = new ScriptPlaces({ textOf: (url) => (url === '/a.js' ? text : undefined) });
  const placeOf = (url: string, position: number, begin?: { line: number; column: number }) =>
    placeIn(places.scriptOf(url), position, begin);
  const at = (piece: string) => plain.indexOf(piece);

  it('is a line and a column, a byte order mark aside', () => {
    expect(placeOf('/a.js', at('return'), { line: 2, column: 15 })).toEqual({
      url: '/a.js',
      line: 3,
      column: 3,
    });
    expect(placeOf('/a.js', at('second'))).toMatchObject({ line: 5, column: 7 });
    expect(placeOf('/a.js', 0)).toMatchObject({ line: 1, column: 1 });
  });

  it('has no place where the text is not the one that ran', () => {
    expect(placeOf('/a.js', at('return'), { line: 5, column: 1 })).toBeUndefined();
    expect(placeOf('/a.js', at('second'), { line: 3, column: 1 })).toBeUndefined();
    expect(placeOf('/a.js', at('second'), { line: 90, column: 1 })).toBeUndefined();
    expect(placeOf('/a.js', plain.length)).toBeUndefined();
    expect(placeOf('/b.js', 0)).toBeUndefined();
  });
});

// One segment per line: generated line n, column 0, is line 10 + n, column 4 of the source.
const map = { version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAUI;AACA;AACA' };
const inline = (json: string) => `data:application/json;base64,${Buffer.from(json).toString('base64')}`;

describe('a place in a script that was made of another', () => {
  const sourceIn = (name: string, maps: Record<string, string>) => {
    const script = `a();\nb();\n//# sourceMappingURL=${name}\n`;
    const texts: Record<string, string> = { '/p/dist/a.js': script, ...maps };
    const places = new ScriptPlaces({ textOf: (url) => texts[url] });
    return places.sourceOf({ url: '/p/dist/a.js', line: 2, column: 1 }, places.scriptOf('/p/dist/a.js'));
  };
  const source = { url: 'file:///p/src/a.ts', line: 12, column: 5 };
  const itself = { url: '/p/dist/a.js', line: 2, column: 1 };

  it('is the place in the source, by a map in the script or beside it', () => {
    expect(sourceIn(inline(JSON.stringify(map)), {})).toEqual(source);
    expect(sourceIn(`data:application/json,${encodeURIComponent(JSON.stringify(map))}`, {})).toEqual(source);
    expect(sourceIn('a.js.map', { 'file:///p/dist/a.js.map': JSON.stringify(map) })).toEqual(source);
    const rooted = { ...map, sourceRoot: '../src', sources: ['a.ts'] };
    expect(sourceIn(inline(JSON.stringify(rooted)), {})).toEqual(source);
  });

  it('is the place itself where the map is gone, broken, or says nothing', () => {
    expect(sourceIn('a.js.map', {})).toEqual(itself);
    expect(sourceIn(inline('{'), {})).toEqual(itself);
    expect(sourceIn(inline('null'), {})).toEqual(itself);
    expect(sourceIn(inline('{"version":3,"sources":[],"mappings":"AAAA"}'), {})).toEqual(itself);
    expect(sourceIn('http://[', {})).toEqual(itself);
  });

  it("is told by benchmem's own maps first", () => {
    const own = new ScriptPlaces({
      textOf: () => undefined,
      compiledFrom: (place) => ({ ...place, url: 'file:///p/b.ts' }),
    });
    expect(own.sourceOf(itself, undefined)).toEqual({ ...itself, url: 'file:///p/b.ts' });
  });
});

describe('a script as it ran', () => {
  const ran = [
    { scriptId: 7, url: 'vm.js', line: 10, column: 4, text: 'a(); b();\nc();\n' },
    { scriptId: 8, url: 'twice.js', line: 0, column: 0, text: 'one();' },
    { scriptId: 9, url: 'twice.js', line: 0, column: 0, text: '\n\ntwo();' },
    { scriptId: 10, url: '', line: 0, column: 0, text: 'evaluated();' },
    { scriptId: 11, url: '/a.js', line: 0, column: 0 },
    {
      scriptId: 12,
      url: '/p/dist/b.js',
      line: 5,
      column: 2,
      text: 'x();\ny();',
      sourceMapUrl: inline(JSON.stringify(map)),
    },
  ];
  const places = new ScriptPlaces({ textOf: (url) => (url === '/a.js' ? text : undefined) }, ran);

  it('is the text that V8 ran, at the place where it began', () => {
    const script = places.scriptOf('vm.js');
    expect(placeIn(script, 5, { line: 99, column: 99 })).toEqual({ url: 'vm.js', line: 11, column: 10 });
    expect(placeIn(script, 10, undefined)).toEqual({ url: 'vm.js', line: 12, column: 1 });
  });

  it('is found by its number where its name says too little', () => {
    expect(places.scriptOf('twice.js')).toBeUndefined();
    expect(placeIn(places.scriptOf('twice.js', 9), 2, undefined)).toMatchObject({ line: 3 });
    expect(places.scriptOf('')).toBeUndefined();
    expect(placeIn(places.scriptOf('', 10), 2, undefined)).toMatchObject({ line: 1, column: 3 });
  });

  it('is its file where V8 says so', () => {
    expect(placeIn(places.scriptOf('/a.js', 11), plain.indexOf('return'), undefined)).toMatchObject({
      line: 3,
    });
  });

  it('has the places of its source by the map that V8 knows', () => {
    const script = places.scriptOf('/p/dist/b.js', 12);
    const place = placeIn(script, 5, undefined);
    expect(place).toEqual({ url: '/p/dist/b.js', line: 7, column: 1 });
    expect(place && places.sourceOf(place, script)).toEqual({
      url: 'file:///p/src/a.ts',
      line: 12,
      column: 5,
    });
    const first = placeIn(script, 0, undefined);
    expect(first && places.sourceOf(first, script)).toEqual({
      url: 'file:///p/src/a.ts',
      line: 11,
      column: 5,
    });
  });
});

describe('the name of a file', () => {
  const folders = { project: '/srv/shop', own: '/srv/shop/node_modules/benchmem/dist' };
  it.each([
    ['file:///srv/shop/src/a%20b.ts', 'src/a b.ts', undefined],
    ['/srv/shop/src/a.cjs', 'src/a.cjs', undefined],
    ['file:///srv/shop/src/a.mjs?v=2#x', 'src/a.mjs', undefined],
    ['/srv/shop/node_modules/sharp/lib/x.js', 'node_modules/sharp/lib/x.js', 'sharp'],
    ['/home/me/.pnpm/a@1/node_modules/a/node_modules/@img/b/c.node', 'node_modules/@img/b/c.node', '@img/b'],
    ['/srv/shop/node_modules/.cache/benchmem/1/x.mjs', 'node_modules/.cache/benchmem/1/x.mjs', undefined],
    ['/srv/shop/node_modules/benchmem/dist/engine/a.js', 'node_modules/benchmem/engine/a.js', 'benchmem'],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', 'libc.so.6', undefined],
    ['/srv/shopping/a.js', 'a.js', undefined],
    ['node:internal/timers', 'node:internal/timers', undefined],
    ['evalmachine.<anonymous>', 'evalmachine.<anonymous>', undefined],
    ['data:text/javascript,secret()', 'data:', undefined],
    ['https://me:pass@host.example/a.js?token=1', 'https://host.example/a.js', undefined],
    ['file://host/a%2Fb.js', 'file:', undefined],
  ])('%s', (url, name, owner) => {
    expect([scriptName(url, folders), packageOf(scriptName(url, folders))]).toEqual([name, owner]);
  });

  it('is not relative to the root of all files', () => {
    expect(fileName('/opt/node', { project: '/' })).toBe('node');
  });
});

describe('a native name', () => {
  const mangled: Record<string, string> = {
    _ZN4core3fmt5writeE: 'core::fmt::write::h0123456789abcdef',
    _Z3fooi: 'foo(int)',
  };
  const demangle = (name: string) => mangled[name] ?? name;
  it.each([
    ['_Z3fooi', { kind: 'native', name: 'foo(int)' }],
    ['_Z3fooi.cold', { kind: 'native', name: 'foo(int)' }],
    ['_Z3fooi.constprop.0.isra.3', { kind: 'native', name: 'foo(int)' }],
    ['_Z3fooi.llvm.123', { kind: 'native', name: 'foo(int)' }],
    ['_ZN4core3fmt5writeE', { kind: 'native', name: 'core::fmt::write' }],
    ['Builtins_ArrayMap', { kind: 'builtin', name: 'ArrayMap' }],
    ['.cold', { kind: 'native', name: '.cold' }],
  ])('%s', (symbol, expected) => {
    expect(readNativeName(symbol, demangle)).toEqual(expected);
  });

  it.each([
    ['v8::internal::Heap::CollectGarbage(v8::internal::AllocationSpace)', true],
    ['v8::internal::(anonymous namespace)::MarkCompactCollector::Prepare()', true],
    ['void v8::internal::Scavenger::ScavengeObject<v8::internal::Foo>(v8::internal::Bar)', true],
    ['cppgc::internal::Sweeper::Start()', true],
    ['v8::internal::Heap::AllocateExternalBackingStore()', false],
    ['v8::internal::Factory::NewArray(v8::internal::Scavenger*)', false],
    ['node::Buffer::New(v8::Isolate*, unsigned long)', false],
  ])('%s: of the collector %s', (name, expected) => {
    expect(isCollector(name)).toBe(expected);
  });
});

describe('a thread', () => {
  const start = [native('main'), native('__libc_start_main', 'libc.so.6'), native('_start')];
  it.each([
    [[js('f', 'a.js', 1), ...start], 'main'],
    [[native('node::Start(int, char**)'), native('x+0x1', 'libc.so.6')], 'main'],
    [[js('f', 'a.js', 1), native('node::worker::Worker::Run()'), native('clone', 'libc.so.6')], 'worker'],
    [
      [native('node::ThreadPoolWork::ScheduleWork()'), native('worker'), native('clone', 'libc.so.6')],
      'pool',
    ],
    [[native('v8::platform::Run()'), native('clone', 'libc.so.6')], undefined],
    [[native('main'), js('f', 'a.js', 1), native('clone', 'libc.so.6')], undefined],
    [[], undefined],
  ])('%#', (frames, expected) => {
    expect(threadClassOf(frames)).toBe(expected);
  });

  it('is one of its kind, and a worker one of its own by birth', () => {
    const classes = new Map([
      [0, 'main'],
      [2, 'worker'],
      [5, 'worker'],
      [3, 'pool'],
      [4, 'pool'],
    ] as const);
    const named = [...threadFrames([5, 0, 1, 2, 3, 4], classes)].map(([thread, { name }]) => [thread, name]);
    expect(named).toEqual([
      [0, 'main thread'],
      [1, 'other threads'],
      [2, 'worker 1'],
      [3, 'libuv pool'],
      [4, 'libuv pool'],
      [5, 'worker 2'],
    ]);
  });
});
