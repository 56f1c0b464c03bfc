// TypeScript made importable: what a plain node gets from the written file is what the source says.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeImportable, modulePath } from '../../src/engine/modules/importable.js';
import { looksAtSyntax, needsCompiling } from '../../src/engine/modules/module-kind.js';
import { loadExport } from '../../src/engine/modules/module-loader.js';
import { sourcePlaces, withSourcePlaces } from '../../src/engine/modules/source-places.js';

// WHY: what a test sets in process.env is not seen by node's own tmpdir().
vi.mock('node:os', async (original) => {
  const os = await original<typeof import('node:os')>();
  return { ...os, tmpdir: () => process.env.TMPDIR ?? os.tmpdir() };
});

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'benchmem-transform-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Imports the modules in a plain node and answers what the expression says about `modules`. */
async function inNode(paths: readonly string[], expression: string): Promise<unknown> {
  const modules = await makeImportable(paths);
  const urls = JSON.stringify(paths.map((path) => modules.urlOf(path)));
  const program = `const modules = []; for (const url of ${urls}) modules.push(await import(url));
    const [job] = modules; console.log(JSON.stringify(await (${expression})));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  modules.dispose();
  return JSON.parse(output);
}

describe('a JavaScript module', () => {
  it('is imported as it is', async () => {
    const path = write('job.mjs', 'export const run = () => 1;');
    const modules = await makeImportable([path]);
    expect(modules.urlOf(path)).toBe(pathToFileURL(path).href);
  });
});

describe('which files need compiling', () => {
  const es = 'export const run = () => 1;';
  it.each([
    ['commonjs', 'job.js', es, true],
    ['commonjs', 'job.js', '#!/usr/bin/env node\nimport "node:fs";', true],
    ['commonjs', 'job.js', 'console.log(import.meta.url);', true],
    ['commonjs', 'job.js', 'await 1;', true],
    ['commonjs', 'job.js', '// export const a = 1;\nexports.run = () => "import a from b";', false],
    ['commonjs', 'job.js', 'exports.run = () => import("node:fs");', false],
    ['commonjs', 'job.js', 'return;', false],
    ['commonjs', 'job.js', 'exports.run = ;', false],
    ['commonjs', 'job.cjs', es, false],
    ['commonjs', 'job.mjs', es, false],
    ['commonjs', 'job.ts', 'exports.run = 1;', true],
    ['module', 'job.js', es, false],
    ['none', 'job.js', es, !looksAtSyntax(process.versions.node)],
  ] as const)('in a package of type %s, %s with %j: %s', (type, name, text, expected) => {
    write('package.json', type === 'none' ? '{}' : JSON.stringify({ type }));
    const path = write(`deep/${name}`, text);
    expect(needsCompiling(path)).toBe(expected);
  });

  it('is asked of the nearest package.json, and where node may be another one, of the syntax', () => {
    write('package.json', '{ "type": "commonjs" }');
    write('inner/package.json', '{}');
    expect(needsCompiling(write('inner/job.js', es), true)).toBe(true);
    expect(needsCompiling(write('node_modules/job.js', es))).toBe(!looksAtSyntax(process.versions.node));
  });

  it.each([
    ['20.18.3', false],
    ['20.19.0', true],
    ['21.7.3', false],
    ['22.6.0', false],
    ['22.7.0', true],
    ['24.0.0', true],
  ])('Node %s looks at the syntax itself: %s', (version, expected) => {
    expect(looksAtSyntax(version)).toBe(expected);
  });
});

describe('a module with ES module syntax in a CommonJS package', () => {
  it('runs, with what it imports, each file knowing its own place', async () => {
    write('package.json', '{ "type": "commonjs" }');
    write('lib/place.js', 'export default import.meta.url; export const common = require("./plain.js");');
    write('lib/plain.js', 'module.exports = __filename;');
    const job = write(
      'job.js',
      'import place, { common } from "./lib/place.js"; export const run = () => [place, common];',
    );
    expect(await inNode([job], 'job.run()')).toEqual([
      pathToFileURL(join(folder, 'lib/place.js')).href,
      join(folder, 'lib/plain.js'),
    ]);
  });
});

describe('a TypeScript module', () => {
  it('runs, with the TypeScript files it imports', async () => {
    write('shared/lib.ts', 'export enum Size { Small = 3 }');
    write('numbers.json', '{ "four": 4 }');
    const job = write(
      'job.ts',
      `#!/usr/bin/env node
       import { Size } from './shared/lib.js';
       import numbers from './numbers.json';
       export const run = (n: number): number => n + Size.Small + numbers.four;`,
    );
    expect(await inNode([job], 'job.run(10)')).toBe(17);
  });

  it('knows its own place', async () => {
    const job = write(
      'deep/job.ts',
      `export const place = [import.meta.url, import.meta.dirname, import.meta.filename, __dirname, __filename];
       export const sibling = import.meta.resolve('./x.js');`,
    );
    const at = join(folder, 'deep');
    expect(await inNode([job], '[...job.place, job.sibling]')).toEqual([
      pathToFileURL(job).href,
      at,
      job,
      at,
      job,
      pathToFileURL(join(at, 'x.js')).href,
    ]);
  });

  it('and its TypeScript imports each know their own', async () => {
    const lib = write('lib/lib.ts', 'export const url: string = import.meta.url;');
    const job = write(
      'job.ts',
      `import { url } from './lib/lib.ts'; export const urls = [import.meta.url, url];`,
    );
    expect(await inNode([job], 'job.urls')).toEqual([pathToFileURL(job).href, pathToFileURL(lib).href]);
  });

  it('imports JavaScript files and packages themselves, not copies', async () => {
    write('node_modules/pack/package.json', '{ "type": "module", "exports": { "import": "./in.js" } }');
    write('node_modules/pack/in.js', 'export const url = import.meta.url;');
    write('state.cjs', 'exports.file = __filename;');
    write('other.mjs', 'export const url = import.meta.url;');
    const job = write(
      'job.ts',
      `import { url as pack } from 'pack';
       import { url as other } from './other.mjs';
       import state from './state.cjs';
       import { sep } from 'node:path';
       import { platform } from 'os';
       export const found = [pack, other, state.file, sep, typeof platform];`,
    );
    expect(await inNode([job], 'job.found')).toEqual([
      pathToFileURL(join(folder, 'node_modules/pack/in.js')).href,
      pathToFileURL(join(folder, 'other.mjs')).href,
      join(folder, 'state.cjs'),
      '/',
      'function',
    ]);
  });

  it('finds the packages of another folder from a file of that folder', async () => {
    write('node_modules/pack/index.js', 'module.exports = "outer";');
    write('b/node_modules/pack/index.js', 'module.exports = "inner";');
    write('b/lib.ts', `import pack from 'pack'; export const inner = pack;`);
    const job = write(
      'a/job.ts',
      `import pack from 'pack'; import { inner } from '../b/lib.ts'; export const found = [pack, inner];`,
    );
    expect(await inNode([job], 'job.found')).toEqual(['outer', 'inner']);
  });

  it('takes # imports and imports of its own package', async () => {
    write('package.json', '{ "name": "own", "imports": { "#lib": "./lib.ts" }, "exports": "./main.mjs" }');
    write('lib.ts', 'export const lib: number = 1;');
    write('main.mjs', 'export const main = 2;');
    write('node_modules/.keep', '');
    const job = write(
      'job.ts',
      `import { lib } from '#lib'; import { main } from 'own'; export const sum = lib + main;`,
    );
    expect(await inNode([job], 'job.sum')).toBe(3);
  });

  it('may require, with its own require or the one of CommonJS', async () => {
    write('state.cjs', 'exports.three = 3;');
    const plain = write(
      'plain.cts',
      `const { three } = require('./state.cjs'); module.exports = { run: () => three };`,
    );
    const made = write(
      'made.ts',
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       export const run = () => require('./state.cjs').three;`,
    );
    expect(await inNode([plain], 'job.default.run()')).toBe(3);
    expect(await inNode([made], 'job.run()')).toBe(3);
  });

  it('shares what it imports with another one of the same measurement', async () => {
    write('shared.ts', 'export const state: { n: number } = { n: 0 };');
    const job = write('job.ts', `import { state } from './shared.ts'; export const run = () => state.n;`);
    const setup = write(
      'setup.ts',
      `import { state } from './shared.ts'; export const up = () => { state.n = 7; };`,
    );
    expect(await inNode([job, setup], '(modules[1].up(), job.run())')).toBe(7);
  });

  it('leaves an import that nobody finds to node', async () => {
    const job = write('job.ts', `import 'no-such-package'; export const run = () => 1;`);
    await expect(inNode([job], '1')).rejects.toThrow(/no-such-package/);
  });

  it('with an error in it is refused with the place', async () => {
    const job = write('job.ts', 'export const run = (: number) => 1;');
    await expect(makeImportable([job])).rejects.toMatchObject({
      code: 'TRANSFORM_FAILED',
      message: expect.stringMatching(/job\.ts:1:\d+/),
    });
  });

  it('is written into the cache beside its packages, the same place each time', async () => {
    mkdirSync(join(folder, 'node_modules'));
    const job = write('job.ts', 'export const run = () => 1;');
    const urls = [await makeImportable([job]), await makeImportable([job])].map((modules) =>
      modules.urlOf(job),
    );
    expect(urls[0]).toBe(urls[1]);
    expect(urls[0]).toContain('/node_modules/.cache/benchmem/job-');
  });

  it('without packages is written beside itself, and removed again', async () => {
    const job = write('job.ts', 'export const run = () => 1;');
    const modules = await makeImportable([job]);
    expect(modules.urlOf(job)).toContain('/.benchmem-job-');
    expect(readdirSync(folder)).toHaveLength(2);
    modules.dispose();
    expect(readdirSync(folder)).toEqual(['job.ts']);
  });
});

describe('the file that a module names', () => {
  it.each([
    ['a file URL', (path: string) => pathToFileURL(path).href],
    ['a URL object', (path: string) => pathToFileURL(path)],
    ['an absolute path', (path: string) => path],
  ])('by %s', (_what, name) => {
    const path = write('with space & more.mjs', '');
    expect(modulePath(name(path))).toBe(path);
    expect(existsSync(path)).toBe(true);
  });

  it.each(['file://elsewhere/job.js', 'file:///a%2Fb.js', 'file://[::', './job.js', ''])(
    'is not found by %j, and the error says so',
    (name) => {
      expect(() => modulePath(name)).toThrow(expect.objectContaining({ code: 'MODULE_NOT_FOUND' }));
    },
  );
});

describe('an export', () => {
  const load = (file: string, exportName: string) =>
    loadExport({ url: pathToFileURL(file).href, name: 'job', exportName, args: [] });

  it.each([
    ['a named one', 'a.mjs', 'export const run = () => 5;', 'run'],
    ['the default', 'b.mjs', 'export default () => 5;', 'default'],
    ['a name of CommonJS', 'c.cjs', 'const all = { run: () => 5 }; module.exports = all;', 'run'],
    ['a CommonJS module', 'd.cjs', 'module.exports = () => 5;', 'default'],
    ['a transpiled default', 'e.cjs', 'exports.__esModule = true; exports.default = () => 5;', 'default'],
  ])('is found: %s', async (_what, name, text, exportName) => {
    expect((await load(write(name, text), exportName))()).toBe(5);
  });

  it('that is not there is an error that lists those that are', async () => {
    const path = write('f.mjs', 'export const zip = () => 5; export const size = 3; export default () => 1;');
    await expect(load(path, 'unzip')).rejects.toMatchObject({
      code: 'EXPORT_NOT_FOUND',
      hint: 'it exports: default, zip',
    });
    await expect(load(path, 'size')).rejects.toThrow(/size \(it is a number\)/);
  });

  it('of a module that throws, or is not there', async () => {
    await expect(load(write('g.mjs', 'throw new Error("at load")'), 'run')).rejects.toMatchObject({
      code: 'MODULE_FAILED',
      message: expect.stringMatching(/at load/),
    });
    await expect(load(join(folder, 'none.mjs'), 'run')).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });
});

describe('a stack of compiled TypeScript', () => {
  it('names the lines of its sources', async () => {
    mkdirSync(join(folder, 'node_modules'));
    const lib = write(
      'lib.ts',
      'export interface A {}\n\nexport const fail = () => { throw new Error("x"); };',
    );
    const job = write('job.ts', 'import { fail } from "./lib.js"; export const run = () => fail();');
    const caught = '(() => { try { job.run(); } catch (error) { return error.stack; } })()';
    const stack = String(await inNode([job], caught));
    expect(stack).toMatch(/at fail \(file:\S*0-job\.mjs:\d+:\d+\)\n/);
    const [, thrown, called] = withSourcePlaces(stack).split('\n');
    expect(thrown).toContain(`at fail (${pathToFileURL(lib).href}:3:35)`);
    expect(called).toContain(`run (${pathToFileURL(job).href}:1:59)`);
    const others = 'at file:///x/y.mjs:3:4\nat file:///x/node_modules/.cache/benchmem/gone/0-job.mjs:1:2';
    expect(withSourcePlaces(others)).toBe(others);
    const [, url = '', line, column] = /at fail \((.*):(\d+):(\d+)\)/.exec(stack) ?? [];
    const placeOf = sourcePlaces();
    const found = placeOf({ url, line: Number(line), column: Number(column) });
    expect(found).toEqual({ url: pathToFileURL(lib).href, line: 3, column: 35 });
    expect(placeOf({ url: 'file:///x/y.mjs', line: 3, column: 4 })).toBeUndefined();
    expect(placeOf({ url: url.replace('0-job', 'gone'), line: 3, column: 4 })).toBeUndefined();
  });
});

describe('JSX', () => {
  const runtime = (name: string) => {
    write(`node_modules/${name}/package.json`, '{ "exports": { "./jsx-runtime": "./jsx-runtime.mjs" } }');
    write(
      `node_modules/${name}/jsx-runtime.mjs`,
      `export const jsx = (tag, { children }) => [${JSON.stringify(name)}, typeof tag === 'string' ? tag : tag({}), children ?? 0];
       export const jsxs = jsx; export const Fragment = 'all';`,
    );
  };
  const settings = (options: object) => write('tsconfig.json', JSON.stringify({ compilerOptions: options }));

  it.each(['job.tsx', 'job.jsx'])('in %s takes the runtime of the project, in every file', async (name) => {
    runtime('own');
    runtime('react');
    settings({ jsx: 'react-jsx', jsxImportSource: 'own' });
    write('lib/inner.tsx', 'export const Inner = () => <i/>;');
    const job = write(
      name,
      `import { Inner } from './lib/inner.tsx'; export const found = <div><Inner/></div>;`,
    );
    expect(await inNode([job], 'job.found')).toEqual(['own', 'div', ['own', ['own', 'i', 0], 0]]);
  });

  it('takes the factory of the project, also where a tsconfig extends another', async () => {
    write('base.json', JSON.stringify({ compilerOptions: { jsx: 'react', jsxFactory: 'h' } }));
    write('tsconfig.json', '{ "extends": "./base.json" } // as people write it');
    const inner = `const h = (tag: string, _props: unknown, ...rest: unknown[]) => ['in', tag, ...rest];`;
    write('inner.tsx', `${inner} export const inner = <i>{1 as number}</i>;`);
    const job = write(
      'job.tsx',
      `import { inner } from './inner.tsx'; const h = (tag: string, props: unknown, child: unknown) => [tag, props, child];
       export const found = <b id="x">{inner}</b>;`,
    );
    expect(await inNode([job], 'job.found')).toEqual(['b', { id: 'x' }, ['in', 'i', 1]]);
  });

  it('without settings is what a file says, else React.createElement', async () => {
    const stated = write(
      'stated.jsx',
      `/** @jsx h */ const h = (tag) => ['h', tag]; export const found = <i/>;`,
    );
    const plain = write(
      'plain.jsx',
      `const React = { createElement: (tag) => ['React', tag] }; export const found = <i/>;`,
    );
    expect(await inNode([stated, plain], 'modules.map(({ found }) => found)')).toEqual([
      ['h', 'i'],
      ['React', 'i'],
    ]);
  });

  it('with an error in it is refused with the place', async () => {
    const job = write('job.tsx', 'export const found = <b>\n<i></b>;');
    await expect(makeImportable([job])).rejects.toMatchObject({
      code: 'TRANSFORM_FAILED',
      message: expect.stringMatching(/job\.tsx:2:\d+/),
    });
  });
});

// The user `nobody`, whom permissions bind; as another user than root, this one.
async function unprivileged<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

describe('TypeScript that stands read-only', () => {
  const job = () => join(folder, 'project/deep/job.ts');
  const caches = () => join(folder, 'caches');
  const before = { cache: process.env.XDG_CACHE_HOME, temporary: process.env.TMPDIR };

  beforeEach(() => {
    write('project/package.json', '{ "name": "own", "exports": { "./main": "./main.mjs" } }');
    write('project/main.mjs', 'export const main = import.meta.url;');
    write(
      'project/node_modules/pack/package.json',
      '{ "exports": { "import": "./in.mjs", "module": "./wrong.mjs", "require": "./in.cjs" } }',
    );
    write('project/node_modules/pack/in.mjs', 'export const pack = import.meta.url;');
    write('project/node_modules/pack/in.cjs', 'exports.pack = __filename;');
    write('project/node_modules/pack/wrong.mjs', 'export const pack = "wrong";');
    write('project/deep/node_modules/near/index.js', 'exports.near = __filename;');
    write('project/lib.ts', 'export const lib: string = import.meta.url;');
    write(
      'project/deep/job.ts',
      `import { createRequire } from 'node:module';
       import { main } from 'own/main'; import { near } from 'near'; import { pack } from 'pack'; import { lib } from '../lib.ts';
       const required: string = createRequire(import.meta.url)('pack').pack;
       export const found: string[] = [import.meta.url, main, near, pack, lib, required];`,
    );
    mkdirSync(caches());
    for (const path of [folder, join(folder, 'project'), join(folder, 'project/deep')])
      chmodSync(path, 0o755);
    if (process.geteuid?.() === 0) chownSync(caches(), 65534, 65534);
    else for (const path of readOnly()) chmodSync(path, 0o555);
    process.env.XDG_CACHE_HOME = caches();
  });
  afterEach(() => {
    restore('XDG_CACHE_HOME', before.cache);
    restore('TMPDIR', before.temporary);
    for (const path of readOnly()) chmodSync(path, 0o755);
  });

  const readOnly = () =>
    ['project', 'project/node_modules', 'project/deep', 'project/deep/node_modules'].map((name) =>
      join(folder, name),
    );
  const restore = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  const make = () => unprivileged(() => makeImportable([job()]));
  const url = (name: string) => pathToFileURL(join(folder, 'project', name)).href;
  const expected = () => [
    url('deep/job.ts'),
    url('main.mjs'),
    join(folder, 'project/deep/node_modules/near/index.js'),
    url('node_modules/pack/in.mjs'),
    url('lib.ts'),
    join(folder, 'project/node_modules/pack/in.cjs'),
  ];
  const load = (at: string) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `console.log(JSON.stringify((await import(${JSON.stringify(at)})).found))`,
        ],
        { encoding: 'utf8' },
      ),
    );

  it('is compiled into the cache of the user, who alone may use it, and finds the same packages', async () => {
    const [first, second] = [await make(), await make()];
    const at = first.urlOf(job());
    expect(at).toContain(`${pathToFileURL(caches()).href}/benchmem/.benchmem-job-`);
    expect(second.urlOf(job())).toBe(at);
    expect(load(at)).toEqual(expected());
    expect(statSync(join(caches(), 'benchmem')).mode & 0o777).toBe(0o700);
    first.dispose();
    expect(load(at)).toEqual(expected());
  });

  it('is compiled anew where the cache holds another content', async () => {
    const at = (await make()).urlOf(job());
    writeFileSync(fileURLToPath(at), 'export const found = ["hostile"];');
    const again = (await make()).urlOf(job());
    expect([again, load(again)]).toEqual([at, expected()]);
  });

  it.each<[string, () => void]>([
    [
      'can be written by others',
      () => mkdirSync(join(caches(), 'benchmem')) ?? chmodSync(join(caches(), 'benchmem'), 0o777),
    ],
    ['is a link', () => symlinkSync(join(folder, 'project'), join(caches(), 'benchmem'))],
    ['is a file', () => writeFileSync(join(caches(), 'benchmem'), '')],
  ])('leaves a cache that %s alone, and takes a fresh folder', async (_what, prepare) => {
    await unprivileged(async () => prepare());
    process.env.TMPDIR = caches();
    const modules = await make();
    const at = modules.urlOf(job());
    expect(at).toContain(`${pathToFileURL(caches()).href}/benchmem-modules-`);
    expect(load(at)).toEqual(expected());
    expect(statSync(dirname(dirname(fileURLToPath(at)))).mode & 0o777).toBe(0o700);
    await unprivileged(async () => modules.dispose());
    expect(readdirSync(caches())).toEqual(['benchmem']);
  });

  it('leaves a cache of another user alone', async () => {
    if (process.geteuid?.() !== 0) return;
    mkdirSync(join(caches(), 'benchmem'));
    process.env.TMPDIR = caches();
    const modules = await make();
    expect(modules.urlOf(job())).toContain('/benchmem-modules-');
    await unprivileged(async () => modules.dispose());
  });

  it('is compiled elsewhere where the cache is named below /proc, and does not wait for it', async () => {
    process.env.XDG_CACHE_HOME = '/proc/none';
    const modules = await make();
    expect(modules.urlOf(job())).toContain('/benchmem-modules-');
    modules.dispose();
  });

  it('is one clear error where nothing can be written', async () => {
    process.env.XDG_CACHE_HOME = join(folder, 'project');
    process.env.TMPDIR = join(folder, 'nowhere');
    await expect(make()).rejects.toMatchObject({
      code: 'TRANSFORM_FAILED',
      message: expect.stringMatching(
        /nowhere to write the JavaScript of \S+job\.ts: .*project\/benchmem cannot be used: EACCES.*nowhere/,
      ),
      hint: 'let XDG_CACHE_HOME or TMPDIR name a folder that can be written, or measure compiled JavaScript',
    });
  });

  it('names its own lines wherever it is compiled', async () => {
    const at = (await make()).urlOf(job());
    expect(withSourcePlaces(`    at ${at}:99:1`)).toContain('job.ts:');
  });
});
