// The config file: every ending, every way to export, what is refused because it would be ignored.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { type ConfigFlag, readRunConfig } from '../../src/cli/suite/config.js';
import { defineConfig, type RunConfig } from '../../src/index.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'benchmem-config-')));
  mkdirSync(join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const typed = 'const repeats: number = 3; ';

describe('a config', () => {
  it.each([
    ['ts', `${typed}export default { repeats };`],
    ['mts', `${typed}export default { repeats };`],
    ['cts', `${typed}export default { repeats };`],
    ['cts', `${typed}module.exports = { repeats };`],
    ['cts', `${typed}export = { repeats };`],
    ['mjs', 'export default { repeats: 3 };'],
    ['cjs', 'module.exports = { repeats: 3 };'],
    [
      'cjs',
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { repeats: 3 };",
    ],
    ['js', 'module.exports = { repeats: 3 };'],
  ])('may be a benchmem.config.%s that says %s', async (ending, text) => {
    write(`benchmem.config.${ending}`, text);
    expect(await readRunConfig(folder, undefined)).toEqual({ repeats: '3' });
  });

  it('may be named, whatever stands beside it', async () => {
    write('benchmem.config.json', '{}');
    write('benchmem.config.mjs', 'export default { warmup: 2 };');
    write('other.cts', 'module.exports = { repeats: 3 };');
    expect(await readRunConfig(folder, 'other.cts')).toEqual({ repeats: '3' });
  });

  it('is the only one', async () => {
    write('benchmem.config.cjs', 'module.exports = {};');
    write('benchmem.config.mts', 'export default {};');
    write('package.json', '{"benchmem": {}}');
    await expect(readRunConfig(folder, undefined)).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message:
        "benchmem.config.mts and benchmem.config.cjs and package.json's benchmem key: are several configs",
      hint: 'keep one of them',
    });
  });

  it.each([
    'benchmem.config.json',
    'benchmem.config.yaml',
    'benchmem.config.tsx',
    'Benchmem.config.ts',
    'benchmem.conf.js',
    'benchmem-config.mjs',
    '.benchmemrc',
    '.benchmemrc.json',
  ])('called %s is refused, and not ignored', async (name) => {
    write(name, '{}');
    await expect(readRunConfig(folder, undefined)).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: `${name}: is not read: it looks like a config, and has no name of one`,
      hint: expect.stringContaining('benchmem.config.ts'),
    });
  });

  it.each([
    'benchmem.config.d.ts',
    'benchmem.config.test.ts',
    'benchmem.json',
    'benchmem.config.ts.bak',
    'config.ts',
  ])('is not meant by %s', async (name) => {
    write(name, '{}');
    expect(await readRunConfig(folder, undefined)).toEqual({});
  });

  it.each([
    ['{ repeat: 3 }', 'there is no setting "repeat"', 'did you mean repeats?'],
    ['{ Repeats: 3 }', 'there is no setting "Repeats"', 'did you mean repeats?'],
    ["{ 'max-time': '3s' }", 'there is no setting "max-time"', 'did you mean maxTime?'],
    ['{ compare_fail: [] }', 'there is no setting "compare_fail"', 'did you mean compareFail?'],
    ['{ __proto__: null, constructor: 1 }', 'there is no setting "constructor"', 'settings: files, '],
    ['{ tests: { limit: 1 } }', 'tests: there is no setting "limit"', 'did you mean limits?'],
    ['{ tests: true }', 'tests: true is not an object', 'limits'],
    ['{ list: true }', 'there is no setting "list"', 'settings: files, '],
    ['{ repeats: NaN }', '--repeats must be a whole number from 1 up, not "NaN"', ''],
    ['[]', 'is not an object', 'export default'],
    ['undefined', 'is not an object', 'export default'],
  ])('that says %s is an error', async (text, message, hint) => {
    write('benchmem.config.cts', `export default ${text};`);
    await expect(readRunConfig(folder, undefined)).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringContaining(`benchmem.config.cts: ${message}`),
      hint: expect.stringContaining(hint),
    });
  });
});

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<CamelCase<Rest>>}`
  : Name;

describe('defineConfig', () => {
  // Alternatives of one setting where it takes several types; a flag without an entry does not compile.
  const every: { readonly [Name in keyof RunConfig]-?: readonly Exclude<RunConfig[Name], undefined>[] } = {
    files: [['bench']],
    shuffle: [true],
    jobs: [2, '2'],
    timeout: ['5m'],
    node: ['/usr/bin/node'],
    nodeArg: ['--a', ['--a', '--b']],
    memory: [false],
    repeats: [3, '3'],
    warmup: [0],
    maxTime: ['30s'],
    rss: [true],
    cold: [true],
    quick: [true],
    rssPasses: [2],
    objects: [true],
    retainers: [true],
    retainersMax: ['512MiB', 2 ** 29],
    allocator: ['system', 'jemalloc'],
    attached: [true],
    profile: ['profiles'],
    profileNative: [false],
    time: [false],
    minRounds: [5],
    minTime: ['1ms'],
    timeMax: ['2s'],
    warmupRounds: [1],
    compare: [true, 'main', 3],
    compareFail: ['peak:5%', ['peak:5%']],
    compareFailOnChange: ['peak:5%', ['peak:5%+1KiB']],
    renames: [{ 'a.bench.ts::': 'b.bench.ts::' }],
    against: ['run', 'level'],
    mainBranch: ['trunk'],
    requireBaseline: [false],
    history: [false],
    originalPostfix: ['orig', ['_orig', 'old,baseline']],
    referencePostfix: ['new', ['new']],
    postfixLabels: [{ orig: 'original' }],
    analyzeGroupBy: ['group', ['group', 'param:n']],
    columns: ['peak', ['time', 'peak']],
    stats: ['min', ['min', 'max']],
    table: ['split', 'combined'],
    reporter: ['json', ['table', 'junit=junit.xml']],
    json: ['run.json'],
    save: ['main'],
    saveRounds: ['all', 200],
    autosave: [true],
    storage: ['.runs'],
    tag: ['a=b', ['a=b'], { a: 1, b: true, c: 'd' }],
    tests: [{ limits: { peak: '64 MB' }, leaks: false, most: 5 }],
    color: [false],
  };

  it('has a type for every setting, and for nothing else', async () => {
    expectTypeOf<keyof RunConfig>().toEqualTypeOf<
      'files' | 'renames' | 'postfixLabels' | 'tests' | CamelCase<ConfigFlag>
    >();
    write('benchmem.config.mjs', 'export default { unheardOf: 1 };');
    const { hint } = await readRunConfig(folder, undefined).catch((error) => error);
    expect(hint.replace('settings: ', '').split(', ').sort()).toEqual(Object.keys(every).sort());
  });

  it.each(Object.entries(every).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    'takes %s: %j as the command does',
    async (name, value) => {
      const config = defineConfig({ [name]: value });
      write('benchmem.config.mjs', `export default ${JSON.stringify(config)};`);
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const key = name === 'postfixLabels' ? name : flag;
      // Those of tests are for test runners.
      const keys = name === 'tests' ? [] : [key];
      expect(Object.keys(await readRunConfig(folder, undefined))).toEqual(keys);
    },
  );

  it('refuses in types what the command refuses', () => {
    // @ts-expect-error: there is no such setting.
    expect(defineConfig({ repeat: 3 })).toEqual({ repeat: 3 });
    // @ts-expect-error: there is no such allocator.
    expect(defineConfig({ allocator: 'mimalloc' })).toEqual({ allocator: 'mimalloc' });
    // @ts-expect-error: it is a switch.
    expect(defineConfig({ rss: 'yes' })).toEqual({ rss: 'yes' });
  });
});
