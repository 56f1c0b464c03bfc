// ES module syntax in `.js` and `.ts` files of a package that npm's own `npm init -y` made ("type": "commonjs"), on
// every Node at hand: bench files, modules to measure, configs, and what they import.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { makeProject } from '../support/project-folder.js';
import { nodesAtHand } from './nodes-at-hand.js';

const files = {
  'package.json': '{ "name": "job", "version": "1.0.0", "type": "commonjs" }\n',
  'lib.js': `import { plain } from './plain.js';
export const megabyte = () => Buffer.alloc(plain.size);
`,
  'plain.js': 'exports.plain = { size: 1 << 20 };\n',
  'es.bench.js': `import { bench } from 'benchmem';
import { megabyte } from './lib.js';
bench('one', () => megabyte());
`,
  'ts.bench.ts': `import { bench } from 'benchmem';
import { megabyte } from './lib.js';
bench('one' as string, () => megabyte());
`,
  'awaits.bench.js': `const { bench } = await import('benchmem');
const { megabyte } = await import('./lib.js');
bench('one', () => megabyte());
`,
  'common.bench.js': `const { bench } = require('benchmem');
// import nothing from 'here'; export default "text";
bench('one', () => Buffer.alloc(require('./plain.js').plain.size));
`,
  'job.js': "export { megabyte as run } from './lib.js';\n",
  'benchmem.config.js': 'export default { repeats: 1, time: false };\n',
};

let folder: string;

beforeAll(() => {
  folder = makeProject('commonjs');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function benchmem(node: string, words: readonly string[]): string {
  return execFileSync(node, [join(root, 'bin/benchmem.js'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function nativePeaks(file: string): [string, number][] {
  const { benchmarks } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    benchmarks: { fullname: string; extra_info: { benchmem: { native_peak_bytes: number[] } } }[];
  };
  return benchmarks.map(({ fullname, extra_info }) => [
    fullname,
    Math.min(...extra_info.benchmem.native_peak_bytes),
  ]);
}

describe.each(nodesAtHand)('in a CommonJS package, on Node $major', ({ node }) => {
  it('bench files with ES module syntax are measured, and CommonJS ones as before', () => {
    const words = ['awaits.bench.js', 'common.bench.js', 'es.bench.js', 'ts.bench.ts'];
    benchmem(node, ['run', ...words, '--json', 'run.json']);
    expect(nativePeaks('run.json')).toEqual(words.map((file) => [`${file}::one`, 1 << 20]));
  });

  it('a module with ES module syntax is measured', () => {
    benchmem(node, ['measure', 'job.js', '--export', 'run', '--repeats', '1', '--json', 'measured.json']);
    expect(nativePeaks('measured.json')).toEqual([['job.js::run', 1 << 20]]);
  });
});
