// Places that withhold what `benchmem exec` needs: the program runs to its end as without it, and the report names what was
// withheld. Namespaces and mounts need root: those cases are skipped elsewhere, by name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bin } from '../support/cli-process.js';
import type { Ended } from '../support/collected-process.js';
import { fixture, type Running, startPlain } from './exec-process.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const temporary = join(folder, 'temporary');
mkdirSync(temporary);

const program = [process.execPath, fixture('through.cjs')];
const exec = [process.execPath, bin, 'exec', '--interval', '100ms', '--'];
const withoutMincore = ['python3', fixture('without-mincore.py')];
/** In a mount namespace of its own, after this line of a shell. */
const inMounts = (line: string) => ['unshare', '-m', 'sh', '-c', `${line} && exec "$@"`, 'sh'];
const hiddenProc = inMounts('mount -t tmpfs none /proc');
// WHY: there are no capabilities, because with them root reads what its mode forbids.
const forbiddenProc = [
  ...inMounts('mount -t tmpfs -o mode=000 none /proc'),
  ...['setpriv', '--bounding-set=-all', '--inh-caps=-all'],
];
const smallTemporary = (size: string) =>
  inMounts(`mount -t tmpfs -o size=${size} none ${temporary} && export TMPDIR=${temporary}`);
const works = ([name = '', ...args]: readonly string[]) => spawnSync(name, [...args, 'true']).status === 0;

/** The report is wrapped: its words are compared. */
const words = ({ stderr }: Ended) => stderr.replaceAll(/\s+/g, ' ');
const toItsEnd = { code: 3, signal: null, stdout: 'started\nended\n' };

describe('what is not measured is named, and why', () => {
  const places = [
    ['mincore refused by seccomp', withoutMincore, ['not measured: mincore: Operation not permitted']],
    [
      'a hidden /proc',
      hiddenProc,
      [
        'not measured: /proc/self/status: No such file or directory',
        'no JavaScript figures: process.memoryUsage(), which must confirm them, fails here: it needs to read /proc',
      ],
    ],
    ['a forbidden /proc', forbiddenProc, ['not measured: /proc/self/status: Permission denied']],
  ] as const;
  for (const [place, launcher, said] of places) {
    it.runIf(works(launcher))(place, async () => {
      const ended = await startPlain([...launcher, ...exec, ...program]).ended;
      expect(ended).toMatchObject(toItsEnd);
      for (const sentence of said) expect(words(ended)).toContain(sentence);
      expect(words(ended)).not.toMatch(/another layout|--permission|there is no program/);
    });
  }
});

describe('the folder for temporary files', () => {
  const canMount = works(smallTemporary('256k'));

  it.runIf(canMount)('that is full at the start is exit 2, and nothing was started', async () => {
    const launcher = [...smallTemporary('32k')];
    const ended = await startPlain([...launcher, ...exec, ...program]).ended;
    expect(ended).toMatchObject({ code: 2, signal: null, stdout: '' });
    expect(words(ended)).toMatch(
      /folder for temporary files .* cannot take 64 KiB: ENOSPC: .* hint: free some space/,
    );
  });

  it.runIf(canMount)(
    'that the program fills: it runs to its end, and the report says what it lacks',
    async () => {
      const ended = await startPlain([...smallTemporary('1m'), ...exec, ...program, 'fill']).ended;
      expect(ended).toMatchObject({ ...toItsEnd, stdout: 'started\nENOSPC\nended\n' });
      expect(words(ended)).toMatch(/folder for temporary files .* cannot take 64 KiB: ENOSPC/);
    },
  );
});

describe('a working folder whose name is no UTF-8', () => {
  it('is where the program runs', async () => {
    const line = `cd '${folder}' && mkdir -p "$(printf 'caf\\351')" && cd "$(printf 'caf\\351')" && exec "$@"`;
    const inFolder = ['sh', '-c', line, 'sh'];
    const where = ['sh', '-c', 'pwd | od -An -c'];
    const plain = await startPlain([...inFolder, ...where]).ended;
    expect(plain.stdout).toContain('351');
    expect(await startPlain([...inFolder, ...exec, ...where]).ended).toMatchObject({
      code: 0,
      stdout: plain.stdout,
    });
    expect(await startPlain([...inFolder, ...exec, ...program]).ended).toMatchObject(toItsEnd);
  });
});

describe('an exec that is killed', () => {
  const own = () => readdirSync(temporary).filter((name) => name.startsWith('benchmem-exec-'));
  const start = (...args: readonly string[]): Running =>
    startPlain([...exec, ...program, ...args], undefined, { TMPDIR: temporary });

  it('leaves a folder, which the next start removes, and a program that runs to its end', async () => {
    const killed = start('wait');
    await killed.printed(/started/);
    killed.child.kill('SIGKILL');
    await new Promise((resolve) => killed.child.once('exit', resolve));
    expect(own()).toHaveLength(1);
    expect(await start().ended).toMatchObject(toItsEnd);
    expect(own()).toEqual([]);
    killed.child.stdin?.end();
    expect((await killed.ended).stdout).toBe('started\nended\n');
  });

  it('keeps the folder of one that runs', async () => {
    const running = start('wait');
    await running.printed(/started/);
    const folders = own();
    expect(folders).toHaveLength(1);
    expect(await start().ended).toMatchObject(toItsEnd);
    expect(own()).toEqual(folders);
    running.child.stdin?.end();
    expect(await running.ended).toMatchObject(toItsEnd);
  });
});
