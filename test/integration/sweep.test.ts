// `benchmem sweep` for real: npm, folders as versions, what fails at each step, a kill in the middle and the resuming.
// No network: every version is a folder that is written here.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRunFile } from '../../src/runfile/read.js';
import { startCli } from '../support/cli-process.js';
import type { CollectedProcess } from '../support/collected-process.js';

const bytesOf: Record<string, number> = { one: 100_000, two: 300_000, three: 900_000 };
let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

function writePackage(version: string, source: string, manifest: object = {}): void {
  mkdirSync(at(version), { recursive: true });
  const fields = { name: 'tiny', version: '1.0.0', type: 'module', exports: './index.js', ...manifest };
  writeFileSync(at(version, 'package.json'), JSON.stringify(fields));
  writeFileSync(at(version, 'index.js'), source);
}

// Says in a log when a process measures which version, and who that process and its parent are.
const suite = `
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bench } from 'benchmem';
import { make, version } from 'tiny';

bench('make', async () => {
  appendFileSync(process.env.TINY_LOG, \`\${version} \${process.pid} \${process.ppid}\\n\`);
  while (version === process.env.TINY_HOLD && existsSync(process.env.TINY_HOLD_FILE)) await sleep(20);
  return make();
});
`;

// Two steps down: where the version's folders stand, a package can lie above them.
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'benchmem-sweep-')));
  mkdirSync(at('tmp'));
  writeFileSync(at('tiny.bench.mjs'), suite);
  for (const [version, bytes] of Object.entries(bytesOf)) {
    writePackage(
      version,
      `export const version = '${version}';\nexport const make = () => Buffer.alloc(${bytes});\n`,
    );
  }
  writePackage('throws', "throw new Error('no such engine: \\u001b[31mred');\n");
  // An installation that puts a link to somewhere else in its own place, as a link for development does.
  writePackage('leaks', 'export const version = "leaks";\n', { scripts: { postinstall: 'node leak.cjs' } });
  writeFileSync(
    at('leaks', 'leak.cjs'),
    `const fs = require('node:fs');
const here = process.cwd();
process.chdir('/');
fs.rmSync(here, { recursive: true });
fs.symlinkSync(${JSON.stringify(at('one'))}, here);
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(
  versions: readonly string[],
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): CollectedProcess {
  const common = ['--suite', 'tiny.bench.mjs', '--no-time', '--out', 'out', ...flags];
  const own = { TMPDIR: at('tmp'), TINY_LOG: at('log'), TINY_HOLD_FILE: at('hold'), ...env };
  return startCli(['sweep', 'tiny', ...versions, ...common], { cwd: folder, detached: true, env: own });
}

const logged = () =>
  (existsSync(at('log')) ? readFileSync(at('log'), 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
const timesMeasured = (version: string) => logged().filter(([name]) => name === version).length;

/** Each run file is complete and says what its own version allocates, plus a little for the promises. */
async function expectMeasured(...labels: string[]): Promise<void> {
  for (const label of labels) {
    const file = await readRunFile(at('out', `${label}.json`));
    expect(file.benchmem?.complete).toBe(true);
    expect(file.benchmem?.tags).toEqual({ tiny: '1.0.0' });
    const [entry] = file.benchmarks;
    const { peak_bytes } = (entry?.extra_info?.benchmem ?? { peak_bytes: [] }) as { peak_bytes: number[] };
    const more = Math.min(...peak_bytes) - (bytesOf[label] ?? 0);
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan(50_000);
  }
}

describe('a sweep', () => {
  it('goes on after each way to fail, and names the step', async () => {
    const { code, stdout, stderr } = await start(['./one', './absent', './throws', './leaks', './two']).ended;
    expect(code).toBe(1);
    expect(stdout).toContain(
      'tiny: 2 measured, 3 failed: absent (install), throws (isolation), leaks (isolation)',
    );
    expect(stderr).toContain(`npm install tiny@file:${at('absent')} ended with exit code`);
    expect(stderr).toMatch(/npm (error|ERR!)/);
    expect(stderr).toContain('tiny cannot be imported (exit code 1)');
    expect(stderr).toContain('no such engine:');
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toContain(
      `tiny would come from ${at('one', 'index.js')}, outside the version's own folder`,
    );
    expect(readdirSync(at('out')).sort()).toEqual(['.sweep-state', 'one.json', 'two.json']);
    expect(stdout).toContain('benchmem compare out/one.json out/two.json\n');
    await expectMeasured('one', 'two');
    expect(readdirSync(at('tmp'))).toEqual([]);
  });

  it('catches a package that lies above the folders', async () => {
    mkdirSync(at('node_modules/neighbour'), { recursive: true });
    writeFileSync(at('node_modules/neighbour/index.js'), '');
    const { code, stderr } = await start(['./one'], ['--import-check', 'neighbour']).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(
      `neighbour would come from ${at('node_modules/neighbour/index.js')}, outside the version's own folder`,
    );
  });

  it('killed in the middle, measures what is missing with --resume', async () => {
    rmSync(at('out'), { recursive: true, force: true });
    rmSync(at('log'), { force: true });
    writeFileSync(at('hold'), '');
    const { child, ended } = start(['./one', './two', './three'], [], { TINY_HOLD: 'two' });
    while (timesMeasured('two') === 0) {
      if (child.exitCode !== null) throw new Error((await ended).stderr);
      await sleep(20);
    }
    process.kill(-(child.pid as number), 'SIGKILL');
    // What it had started is in a group of its own, and ends by itself: nothing else lets go of it here.
    const started = logged().filter(([version]) => version === 'two');
    expect(started.length).toBeGreaterThan(0);
    for (const [, ...pids] of started)
      for (const pid of pids) await expect.poll(() => isAlive(Number(pid)), { timeout: 30_000 }).toBe(false);
    expect((await ended).signal).toBe('SIGKILL');
    const onceMeasured = timesMeasured('one');
    expect(onceMeasured).toBeGreaterThan(0);
    expect(timesMeasured('three')).toBe(0);
    const firstFile = { text: readFileSync(at('out/one.json'), 'utf8'), ...timesOf(at('out/one.json')) };

    const resumed = await start(['./one', './two', './three'], ['--resume']).ended;
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/^\[2\/3\] tiny two: run$[\s\S]*^\[3\/3\] tiny three: run$/m);
    expect(resumed.stderr).not.toContain('tiny one');
    expect(resumed.stdout).toContain('tiny: 2 measured, 1 finished before\n');
    expect(timesMeasured('one')).toBe(onceMeasured);
    expect({ text: readFileSync(at('out/one.json'), 'utf8'), ...timesOf(at('out/one.json')) }).toEqual(
      firstFile,
    );
    await expectMeasured('one', 'two', 'three');

    const again = await start(['./one', './two', './three'], ['--resume']).ended;
    expect([again.code, again.stdout.split('\n')[0]]).toEqual([0, 'tiny: 0 measured, 3 finished before']);

    const alone = await start(['./one'], ['--resume', '--compare']).ended;
    expect(alone.code).toBe(0);
    expect(alone.stdout).toContain('next:\n  benchmem plot out/one.json --view scaling\n');
    expect(alone.stdout).toMatch(/^ \(one\) /m);
  });
});

// WHY: signal 0 is not used, because it also finds what has ended and that nobody has waited for.
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];
  return state !== 'Z' && state !== 'X';
}

function timesOf(path: string): { modifiedMs: number; inode: number } {
  const { mtimeMs, ino } = statSync(path);
  return { modifiedMs: mtimeMs, inode: ino };
}
