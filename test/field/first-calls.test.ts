// Questions about loading and about promises that never settle, asked at the command line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunFile } from '../../src/runfile/schema.js';
import { builtApi } from '../support/built-api.js';
import { startCli } from '../support/cli-process.js';

const { measureMemory } = builtApi;
const module = fileURLToPath(new URL('../fixtures/field/never.mjs', import.meta.url));
const cwd = dirname(module);
const own = mkdtempSync(join(tmpdir(), 'benchmem-field-'));
afterAll(() => rmSync(own, { recursive: true, force: true }));

const never = () => new Promise<void>(() => {});

describe('why does my measurement hang? Its promise never settles, and the error says so', () => {
  it('in this process, and the next measurement works', async () => {
    await expect(measureMemory(never, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'ACTION_TIMEOUT' });
    expect((await measureMemory(() => 1, { repeats: 1 })).repeats).toBe(1);
  });
  it('in a child, and the next measurement works', async () => {
    const action = { module, export: 'never' };
    await expect(measureMemory(action, { isolate: true, timeoutMs: 1500 })).rejects.toMatchObject({
      code: 'ACTION_TIMEOUT',
    });
  });
  it('in a child that never comes back, which is killed', async () => {
    const action = { module, export: 'endless' };
    await expect(measureMemory(action, { isolate: true, timeoutMs: 1500 })).rejects.toMatchObject({
      code: 'CHILD_TIMED_OUT',
    });
  });
  it('at the command line', async () => {
    const argv = ['measure', 'never.mjs', '--export', 'never', '--timeout', '1500ms'];
    const { code, stderr } = await startCli(argv, { cwd }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/had not settled after 1\.5 s/);
  });
});

describe('what does loading it take?', () => {
  it.each([
    ['a file', 'loads.cjs', 'loads.cjs::load'],
    ['a package', 'valibot', 'valibot::load'],
  ])('%s, from before its first byte', async (_what, operand, id) => {
    const json = join(own, `${operand}.json`);
    const { code, stderr } = await startCli(['measure', '--loads', operand, '--json', json], { cwd }).ended;
    expect([code, stderr.includes('error')]).toEqual([0, false]);
    const [benchmark] = (JSON.parse(readFileSync(json, 'utf8')) as RunFile).benchmarks;
    expect(benchmark?.fullname).toBe(id);
    const { cold, retained_bytes: retained = [] } = benchmark?.extra_info.benchmem ?? {};
    expect([cold, retained.length]).toEqual([true, 3]);
    for (const bytes of retained) expect(bytes).toBeGreaterThan(200 * 1024);
  });
  it('what is not a file and no package is named, with what to type', async () => {
    const { code, stderr } = await startCli(['measure', '--loads', 'no-such-package-here'], { cwd }).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/no package of that name/);
    expect(stderr).toMatch(/npm install no-such-package-here/);
  });
});
