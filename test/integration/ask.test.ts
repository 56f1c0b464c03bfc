// The interactive session on a real terminal: arrow keys, Ctrl-C and Esc, the command that it prints and runs; and every
// place where nobody can be asked. python3 drives the terminal.
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from '../support/cli-process.js';

const driver = fileURLToPath(new URL('../fixtures/ask/session.py', import.meta.url));
const storage = fileURLToPath(new URL('../golden/history/cases/storage', import.meta.url));
const down = '\u001b[B';
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-session-'));
  cpSync(storage, cwd, { recursive: true });
});
afterAll(() => rmSync(cwd, { recursive: true }));

const plain = {
  ...process.env,
  CI: '',
  TERM: 'xterm',
  XDG_CACHE_HOME: join(tmpdir(), 'benchmem-session-cache'),
};

async function typed(
  keys: readonly (readonly [seen: string, keys: string])[],
  { columns = 100, env = {}, words = [] as string[] } = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'python3',
    [driver, String(columns), JSON.stringify(keys), process.execPath, bin, ...words],
    { cwd, env: { ...plain, ...env } },
  );
  return stripVTControlCharacters(stdout);
}

describe('benchmem alone on a terminal', () => {
  it('offers what is possible, prints the command of the answer, and runs it with its exit code', async () => {
    const shown = await typed([
      ['would you like', down],
      ['Compare the newest', '\r'],
    ]);
    expect(shown).toContain('There is no bench file here');
    expect(shown).toContain('> benchmem analyze\r\n');
    expect(shown).toContain('0003_second (second run, 0a1b2c3d)  against  0002_third');
    expect(shown).toMatch(/ended 0\n$/);
  });

  it('compares the two runs that are picked', async () => {
    const shown = await typed([
      ['would you like', `${down}${down}\r`],
      ['newer one', `${down}\r`],
      ['compared with', `${down}\r`],
    ]);
    expect(shown).toContain('--reference .benchmarks/Linux-Node-20-64bit/0001_first.json');
    expect(shown).toMatch(/ended 0\n$/);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Esc', '\u001b'],
  ])('%s ends it with 130, and runs nothing', async (_, key) => {
    const shown = await typed([['would you like', key]]);
    expect(shown).toMatch(/ended 130\n$/);
    expect(shown).not.toContain('> benchmem');
  });

  it.each<[string, object]>([
    ['in CI', { env: { CI: 'true' } }],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }],
    ['in 10 columns', { columns: 10 }],
  ])('%s prints the usage and ends with 2', async (_, world) => {
    const shown = await typed([], world);
    expect(shown).toMatch(/ended 2\n$/);
    expect(shown.replaceAll(/\s/g, '')).toContain('benchmemCOMMAND');
  });
});

describe('benchmem alone elsewhere', () => {
  it('prints the usage on standard error and ends with 2, and reads no input', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin], {
      cwd,
      env: plain,
      encoding: 'utf8',
      input: '',
    });
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining('benchmem COMMAND')]);
  });
});
