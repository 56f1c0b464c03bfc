// Real programs that leak nothing: which they are, and what they are given to do. The gate runs the first four; those that
// are no dependency of this repository are installed for the full check only. Judges nothing.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { installPinned } from '../../scripts/lib/pinned-packages.mjs';

const versions = {
  '@babel/cli': '7.28.3',
  '@babel/core': '7.28.5',
  '@babel/preset-env': '7.28.5',
  eslint: '9.39.1',
  express: '5.1.0',
  less: '4.4.2',
  mocha: '11.7.4',
  prettier: '3.6.2',
  rollup: '4.52.5',
  sass: '1.93.2',
  svgo: '4.0.0',
  terser: '5.44.0',
  'uglify-js': '3.19.3',
  webpack: '5.102.1',
  'webpack-cli': '6.0.1',
};
const installed = `${buildFolder}/clean-programs`;
const work = `${installed}/work`;

export const installCleanPrograms = (): void => installPinned(installed, versions);

export interface CleanProgram {
  readonly name: string;
  /** What Node is given. */
  readonly command: readonly string[];
  /** How it ends without us; absent: 0. */
  readonly code?: number;
  readonly cwd?: string;
}

const own = (path: string) => `${root}/node_modules/${path}`;
const pinned = (path: string) => `${installed}/node_modules/${path}`;
const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
const suite = `${root}/test/fixtures/exec/suite`;
const vitest = [own('vitest/vitest.mjs'), 'run', '--root', suite];

/** Those of the gate; the server is under load for so long. */
export const gated = (seconds: number): readonly CleanProgram[] => [
  { name: 'tsc', command: [own('typescript/bin/tsc'), '-p', `${root}/tsconfig.json`, '--noEmit'] },
  { name: 'vitest', command: vitest, code: 1 },
  { name: 'an http server under load', command: [program('http-server.cjs'), `${seconds}`] },
  { name: 'Buffers that are dropped', command: [program('kept.cjs'), 'buffer garbage'] },
];

/** The further ones of the full check. Writes what they work on. */
export function further(): readonly CleanProgram[] {
  writeInputs();
  return [
    { name: 'vitest over threads', command: [...vitest, '--pool', 'threads'], code: 1 },
    {
      name: 'tsc that lists files',
      command: [own('typescript/bin/tsc'), '-p', `${root}/tsconfig.json`, '--noEmit', '--listFilesOnly'],
    },
    { name: 'a burst', command: [program('kept.cjs'), 'burst'] },
    {
      name: 'biome',
      command: [own('@biomejs/biome/bin/biome'), 'lint', '--diagnostic-level=error', `${root}/src`],
    },
    { name: 'vite build', command: [own('vite/bin/vite.js'), 'build', '--logLevel', 'error', work] },
    {
      name: 'rollup',
      command: [pinned('rollup/dist/bin/rollup'), '--silent', `${work}/main.js`, '-d', `${work}/rollup`],
    },
    {
      name: 'webpack',
      command: [
        pinned('webpack/bin/webpack.js'),
        '--mode',
        'development',
        '--entry',
        './main.js',
        '-o',
        'webpack',
      ],
      cwd: work,
    },
    {
      name: 'terser',
      command: [pinned('terser/bin/terser'), `${work}/old.js`, '--compress', '-o', `${work}/terser.js`],
    },
    {
      name: 'uglify-js',
      command: [pinned('uglify-js/bin/uglifyjs'), `${work}/old.js`, '-c', '-o', `${work}/u.js`],
    },
    {
      name: 'babel',
      command: [
        pinned('@babel/cli/bin/babel.js'),
        ...['--presets', pinned('@babel/preset-env'), `${work}/modules`, '-d', `${work}/babel`],
      ],
      cwd: work,
    },
    {
      name: 'prettier',
      command: [pinned('prettier/bin/prettier.cjs'), `${root}/src/**/*.ts`, '-l'],
      code: 1,
    },
    {
      name: 'eslint',
      command: [pinned('eslint/bin/eslint.js'), '--no-config-lookup', `${work}/modules`],
      cwd: work,
    },
    { name: 'mocha', command: [pinned('mocha/bin/mocha.js'), `${work}/many.test.js`] },
    { name: 'sass', command: [pinned('sass/sass.js'), `${work}/many.scss`, `${work}/sass.css`] },
    { name: 'less', command: [pinned('less/bin/lessc'), `${work}/many.less`, `${work}/less.css`] },
    {
      name: 'svgo',
      command: [pinned('svgo/bin/svgo.js'), '--quiet', `${work}/many.svg`, '-o', `${work}/svgo.svg`],
    },
    { name: "node's own test runner", command: ['--test', '--test-reporter', 'dot', `${work}/own.test.mjs`] },
    { name: 'express under load', command: [program('express-server.cjs'), pinned('express'), '120'] },
  ];
}

const many = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

function writeInputs(): void {
  mkdirSync(`${work}/modules`, { recursive: true });
  const write = (name: string, text: string) => {
    if (!existsSync(`${work}/${name}`)) writeFileSync(`${work}/${name}`, `${text}\n`);
  };
  const modules = 300;
  for (let at = 0; at < modules; at += 1) {
    write(
      `modules/m${at}.js`,
      many(50, (each) => `export const f${each} = (x) => x.map((y) => ({ ...y, ${'z'}${each}: ${at} }));`),
    );
  }
  const imports = many(modules, (at) => `import * as m${at} from './modules/m${at}.js';`);
  write(
    'main.js',
    `${imports}\nconsole.log(${Array.from({ length: modules }, (_, at) => `m${at}`).join(', ')});`,
  );
  write('index.html', '<!doctype html><title>many</title><script type="module" src="./main.js"></script>');
  write('package.json', '{ "private": true, "type": "module" }');
  write(
    'old.js',
    many(3000, (at) => `function f${at}(a, b) { if (a > ${at}) { return a + b; } else { return b - a; } }`),
  );
  write(
    'many.test.js',
    `${many(3000, (at) => `it('test ${at}', () => { if (Math.sqrt(${at}) < 0) throw new Error('wrong'); });`)}`,
  );
  write(
    'own.test.mjs',
    `import { test } from 'node:test';\n${many(2000, (at) => `test('test ${at}', () => {});`)}`,
  );
  const rules = many(
    2000,
    (at) => `.a${at} { .b { color: rgb(${at % 256}, 0, 0); &:hover { margin: ${at}px; } } }`,
  );
  write('many.scss', rules);
  write('many.less', rules);
  write(
    'many.svg',
    `<svg xmlns="http://www.w3.org/2000/svg">${many(3000, (at) => `<g><path d="M ${at} 0 L 10.00000 ${at} z"/></g>`)}</svg>`,
  );
}
