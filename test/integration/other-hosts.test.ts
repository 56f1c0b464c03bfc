// On macOS, Windows and musl, as far as they can be simulated: each command works without native code, or is refused before
// it says anything else. A command that is added has to be in one of the two tables.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { commands } from '../../src/cli/commands.js';
import { profileFileName } from '../../src/profile/file-name.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { images } from '../golden/profiles.js';
import type { Ended } from '../support/collected-process.js';
import { makeOtherPlace, type OtherHost, type OtherPlace, otherHosts } from '../support/other-hosts.js';
import { writeStorage } from '../support/saved-storage.mjs';

let place: OtherPlace;
const benchFile = `import { bench } from 'benchmem';
bench('one', () => Buffer.alloc(1e6));
`;

beforeAll(() => {
  place = makeOtherPlace();
  writeFileSync(join(place.folder, 'job.js'), 'export const build = () => Buffer.alloc(1e6);\n');
  writeFileSync(join(place.folder, 'one.bench.js'), benchFile);
  writeStorage(join(place.folder, '.benchmarks'), { runs: 4, benchmarks: 4 });
  mkdirSync(join(place.folder, 'profiles'));
  writeFileSync(join(place.folder, 'profiles', profileFileName(images.meta.id)), encodeProfile(images));
});
afterAll(() => place.remove());

/** Lines that are refused, by command. */
const refused: Readonly<Record<string, readonly (readonly string[])[]>> = {
  run: [['run'], ['run', '--save', 'x', '--json', 'never.json'], ['run', '--no-time', '--profile', 'never']],
  measure: [
    ['measure', 'job.js', '--export', 'build'],
    ['measure', 'job.js', '--attached'],
    ['measure', '--loads', 'yargs'],
  ],
  exec: [['exec', '--json', 'never.json', '--', 'node', 'job.js']],
  test: [['test', '--', 'node', '--test']],
  sweep: [['sweep', 'lru-cache', '7', '--suite', 'one.bench.js', '--out', 'never']],
};

interface Use {
  readonly argv: readonly string[];
  /** What it prints. */
  readonly says: RegExp;
  /** The exit code, and what it says on standard error, where this test cannot give it what it needs. */
  readonly fails?: readonly [code: number, says: RegExp];
}

// WHY: nobody listens there, because what talks to a database finds out then that there is none.
const noDatabase = ['--storage', 'postgres://nobody@127.0.0.1:9/none'];
const unreachable = /cannot be reached \(ECONNREFUSED\)/;
const fewRounds = ['--min-rounds', '2', '--min-time', '1ms'];

/** Lines that work, by command. */
const working: Readonly<Record<string, readonly Use[]>> = {
  run: [
    { argv: ['run', '--list'], says: /^one\.bench\.js::one$/m },
    { argv: ['run', '--no-memory', ...fewRounds], says: /^ +one +[\d.,]+ /m },
  ],
  measure: [{ argv: ['measure', 'job.js', '--no-memory', '--time', ...fewRounds], says: /build/ }],
  compare: [{ argv: ['compare', '1', '2'], says: /sort/ }],
  analyze: [{ argv: ['analyze', '--all-machines'], says: /sort/ }],
  history: [{ argv: ['history', '--branch', 'all'], says: /sort/ }],
  push: [{ argv: ['push', ...noDatabase], says: /^$/, fails: [1, unreachable] }],
  pull: [{ argv: ['pull', '0001', ...noDatabase], says: /^$/, fails: [2, unreachable] }],
  db: [{ argv: ['db', 'status', ...noDatabase], says: /^$/, fails: [2, unreachable] }],
  publish: [{ argv: ['publish', '-o', 'site'], says: /^site: \d+ pages of 4 runs/m }],
  export: [{ argv: ['export', '1', '--format', 'openmetrics'], says: /^# EOF$/m }],
  merge: [{ argv: ['merge', '1', '-o', '-'], says: /"benchmarks": ?\[/ }],
  prune: [{ argv: ['prune', '--keep', '1'], says: /./ }],
  plot: [{ argv: ['plot', '1', '2', '-o', '-'], says: /^<!doctype html>/i }],
  flamegraph: [
    { argv: ['flamegraph', 'profiles', '-o', '-'], says: /^<!doctype html>/i },
    { argv: ['flamegraph', 'profiles', '--report', 'table'], says: /vips_tracked_aligned_alloc/ },
  ],
  version: [{ argv: ['version'], says: /^\d+\.\d+\.\d+/ }],
  // Below, because it does not end by itself.
  serve: [],
};

// Where people look at runs that Linux measured.
const desktops = otherHosts.filter(({ platform }) => platform !== 'linux');

describe('the tables of this test', () => {
  it('decide for every command, as its row does', () => {
    const withMemory = { memory: {}, list: false };
    for (const { name, measures } of commands) {
      expect([name, name in refused], 'refused').toEqual([name, measures(withMemory)]);
      expect(name in refused || name in working, name).toBe(true);
    }
  });
});

function expectRefusal({ code, stdout, stderr }: Ended, { said }: OtherHost): void {
  expect([code, stdout]).toEqual([2, '']);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^benchmem: memory is measured /);
  expect(lines[0]).toContain(said);
  expect(lines[1]).toMatch(/^ {2}hint: measure in /);
  expect(lines[2]).toMatch(/^ {8}docker run .* npx benchmem run"$/);
  expect(lines[3]).toMatch(/^ {8}import, require, .* work on every system$/);
}

describe.each(otherHosts)('on $name', (host) => {
  it.each(Object.values(refused).flat())('%s is refused before anything else is said', async (...argv) => {
    expectRefusal(await place.run(host, argv), host);
    expect(existsSync(join(place.folder, 'never')) || existsSync(join(place.folder, 'never.json'))).toBe(
      false,
    );
  });
});

describe.each(desktops)('on $name', (host) => {
  it.each(Object.values(working).flat())('$argv works', async ({ argv, says, fails }) => {
    const { code, stdout, stderr } = await place.run(host, argv);
    const [end, error] = fails ?? [0];
    expect([code, stderr]).toEqual([
      end,
      error === undefined ? expect.not.stringMatching(/^benchmem: /m) : expect.stringMatching(error),
    ]);
    expect(stdout).toMatch(says);
  });

  it('serve works', async () => {
    const { child, texts, ended } = place.start(host, ['serve', '--port', '0']);
    try {
      while (!texts.stdout.includes('Ctrl-C') && child.exitCode === null) await later(20);
      const [url = ''] = /http:\/\/\S+/.exec(texts.stdout) ?? [];
      expect(await (await fetch(url)).text()).toContain('sort');
    } finally {
      child.kill('SIGINT');
    }
    expect((await ended).code).toBe(0);
  });

  it.each([[['--help']], [['--version']], [['completion']]])(
    '%j says what it says everywhere',
    async (argv) => {
      const { code, stdout, stderr } = await place.run(host, argv);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).not.toBe('');
    },
  );
});

/** Per public entry what it takes to load it. Those that are missing load inside their test runner only. */
const insideRunners = ['benchmem/vitest/runner', 'benchmem/vitest/setup', 'benchmem/jest/setup'];
const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  exports: Record<string, unknown>;
};
const entries = Object.entries(exports)
  .filter(([, target]) => typeof target !== 'string')
  .map(([name]) => `benchmem${name.slice(1)}`)
  .filter((name) => !insideRunners.includes(name));

/** What reads works, and what measures throws or rejects with the refusal. */
const ofApi = `
  for (const name of ENTRIES) await load(name);
  const { readRun, discoverRuns, measureMemory, measurePeak, openWindow, observeThread } = await load('benchmem');
  const { limitMemory, limitLeaks, assertMemory, findLeak, memoryMatchers } = await load('benchmem/limits');
  const { readProfile } = await load('benchmem/profile');
  const { plotScaling } = await load('benchmem/plot');
  const [file] = await discoverRuns('.benchmarks');
  const job = { module: new URL('file://' + process.cwd() + '/job.js').href, export: 'build' };
  const body = () => Buffer.alloc(1e6);
  const refusals = {
    measureMemory: () => measureMemory(body),
    'measureMemory, isolated': () => measureMemory(job, { isolate: true }),
    measurePeak: () => measurePeak(body),
    openWindow: () => openWindow(),
    limitMemory: () => limitMemory('24 MB', body)(),
    limitLeaks: () => limitLeaks('0 B', body)(),
    assertMemory: () => assertMemory(body, { peak: '24 MB' }),
    findLeak: () => findLeak(body),
    toPeakBelow: () => memoryMatchers.toPeakBelow(body, '24 MB'),
    toLeakBelow: () => memoryMatchers.toLeakBelow(body, '0 B'),
  };
  const said = {};
  for (const [name, call] of Object.entries(refusals)) {
    try { await call(); said[name] = 'nothing was thrown'; }
    catch ({ code, message, hint }) { said[name] = [code, message, hint.split('\\n').length]; }
  }
  const run = await readRun(file);
  console.error(JSON.stringify({ said, benchmarks: run.file.benchmarks.length }));
`.replace('ENTRIES', JSON.stringify(entries));

const systems: readonly (readonly [name: string, flags: readonly string[], code: string])[] = [
  ['import', ['--input-type=module'], `const load = (name) => import(name);${ofApi}`],
  ['require', ['--input-type=commonjs'], `const load = require; (async () => {${ofApi}})();`],
];

describe.each(otherHosts)('the API on $name', (host) => {
  it.each(systems)('loads by %s, reads, and refuses what measures', async (_, flags, code) => {
    const { stderr } = await place.evaluate(host, flags, code);
    const { said, benchmarks } = JSON.parse(stderr) as {
      said: Record<string, [code: string, message: string, lines: number]>;
      benchmarks: number;
    };
    expect(benchmarks).toBe(4);
    for (const [name, refusal] of Object.entries(said)) {
      expect([name, ...refusal]).toEqual([
        name,
        'UNSUPPORTED_RUNTIME',
        expect.stringContaining(host.said),
        3,
      ]);
    }
    expect(Object.keys(said)).toHaveLength(10);
  });
});
