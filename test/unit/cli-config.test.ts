// The config file: every ending, every way to export, what is refused because it would be ignored.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunConfig } from '../../src/cli/run/run-config.js';

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
    ['{ list: true }', 'there is no setting "list"', 'settings: files, '],
    ['{ repeats: NaN }', '--repeats must be a whole number from 1 up, not "NaN"', ''],
    ['[]', 'is no object', 'export default'],
    ['undefined', 'is no object', 'export default'],
  ])('that says %s is an error', async (text, message, hint) => {
    write('benchmem.config.cts', `export default ${text};`);
    await expect(readRunConfig(folder, undefined)).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringContaining(`benchmem.config.cts: ${message}`),
      hint: expect.stringContaining(hint),
    });
  });
});
