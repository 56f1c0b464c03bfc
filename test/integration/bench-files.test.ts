// Bench files and configs of every kind, by the real command: endings, JSX, labelled params, refused params.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dimsOf } from '../../src/runfile/dims.js';
import { readRunFile } from '../../src/runfile/read.js';
import { startCli } from '../support/cli-process.js';
import { makeProject } from '../support/project-folder.js';

let folder: string;

beforeAll(() => {
  folder = makeProject('bench-files');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const run = (...argv: string[]) => startCli(['run', ...argv], { cwd: folder }).ended;
const quick = ['--no-time', '--repeats', '1', '--jobs', '1'];

const labelled = `import { bench } from 'benchmem';
const rows = Array.from({ length: 300 }, (_, id) => ({ id }));
bench('hold', {
  params: {
    input: [
      { label: 'rows', value: rows },
      { label: 'call', value: () => rows },
      { label: 'big', value: 2n ** 64n },
      7,
    ],
  },
  extraInfo: { from: 'options' },
}, ({ input }, { extraInfo }) => {
  extraInfo.got = Array.isArray(input) ? 'list of ' + input.length : typeof input;
});
`;

describe('a labelled param', () => {
  beforeEach(() => write('labelled.bench.js', labelled));

  it('stands in the id and the file by its label; the children load its value', async () => {
    const { code, stdout } = await run('labelled.bench.js', ...quick, '--json', 'labelled.json');
    expect([code, stdout]).toEqual([0, expect.stringContaining('hold[rows]')]);
    const { benchmarks } = await readRunFile(join(folder, 'labelled.json'));
    expect(
      benchmarks.map(({ name, param, params, extra_info: { got } }) => ({ name, param, params, got })),
    ).toEqual([
      { name: 'hold[rows]', param: 'rows', params: { input: 'rows' }, got: 'list of 300' },
      { name: 'hold[call]', param: 'call', params: { input: 'call' }, got: 'function' },
      { name: 'hold[big]', param: 'big', params: { input: 'big' }, got: 'bigint' },
      { name: 'hold[7]', param: '7', params: { input: 7 }, got: 'number' },
    ]);
    expect(benchmarks.map((each) => dimsOf(each).get('input'))).toEqual(['rows', 'call', 'big', 7]);
  });

  it('is timed with its value too', async () => {
    const { code } = await run(
      'labelled.bench.js',
      '-k',
      '[big]',
      '--no-memory',
      '--time-max',
      '10ms',
      '--json',
      'timed.json',
    );
    const { benchmarks } = await readRunFile(join(folder, 'timed.json'));
    expect([code, benchmarks.map(({ extra_info: { got } }) => got)]).toEqual([0, ['bigint']]);
  });

  it.each([
    ['10n', 'value 1 of param "n" is a BigInt (10n)'],
    ['new Date(0)', 'value 1 of param "n" is a Date'],
    ["{ label: 'a', value: 1 }, { label: 'a', value: 2 }", 'values 1 and 2 of param "n" are both called "a"'],
  ])('that is [%s] is refused before anything is measured', async (values, message) => {
    write(
      'refused.bench.js',
      `import { bench } from 'benchmem'; bench('b', { params: { n: [${values}] } }, () => {});`,
    );
    const { code, stdout, stderr } = await run('refused.bench.js', ...quick);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`refused.bench.js: bench "b": ${message}`);
  });
});

describe('bench files', () => {
  it('of every ending run, JSX by the tsconfig, with a config that defineConfig types', async () => {
    write('tsconfig.json', '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }');
    const h = 'const h = (tag, props, ...inner) => ({ tag, ...props, inner });';
    const body = "bench('make', () => Array.from({ length: 100 }, (_, at) => <b id={at}>{at}</b>));";
    write('a.bench.jsx', `import { bench } from 'benchmem'; ${h} ${body}`);
    write(
      'part.tsx',
      `export const h = (tag: string, ...rest: unknown[]) => ({ tag, rest }); export const part = <i/>;`,
    );
    write(
      'b.bench.tsx',
      `import { bench } from 'benchmem'; import { h, part } from './part.tsx';
       bench('make', () => { const made: { tag: string } = <b>{part}</b>; if (part.tag !== 'i' || made.tag !== 'b') throw new Error('no'); });`,
    );
    write(
      'c.bench.mts',
      `import { bench } from 'benchmem'; bench('make', (): number[] => new Array<number>(100));`,
    );
    write(
      'd.bench.cts',
      `const { bench } = require('benchmem'); bench('make', (): number[] => new Array<number>(100));`,
    );
    write('e.bench.cjs', `const { bench } = require('benchmem'); bench('make', () => new Array(100));`);
    write('f.benchmark.js', '');
    write('labelled.bench.js', '');
    write('refused.bench.js', '');
    write(
      'benchmem.config.cts',
      `const { defineConfig } = require('benchmem'); module.exports = defineConfig({ repeats: 2, time: false, json: 'all.json' });`,
    );
    try {
      const { code, stderr } = await run();
      expect(stderr).toContain('warning f.benchmark.js looks like a bench file and is passed over: ');
      expect(code).toBe(0);
      const { benchmarks } = await readRunFile(join(folder, 'all.json'));
      expect(
        benchmarks.map(({ fullname, extra_info: { benchmem } }) => [fullname, benchmem?.peak_bytes.length]),
      ).toEqual(
        ['a.bench.jsx', 'b.bench.tsx', 'c.bench.mts', 'd.bench.cts', 'e.bench.cjs'].map((file) => [
          `${file}::make`,
          2,
        ]),
      );
    } finally {
      rmSync(join(folder, 'benchmem.config.cts'));
    }
  });

  it('called almost so are named where there is no other', async () => {
    const empty = makeProject('no-bench-files');
    try {
      writeFileSync(join(empty, 'sort-bench.ts'), '');
      const { code, stderr } = await startCli(['run'], { cwd: empty }).ended;
      expect([code, stderr]).toEqual([2, expect.stringContaining('sort-bench.ts only looks like one')]);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});
