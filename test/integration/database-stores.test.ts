// The same runs in a folder and in a database: every command that reads saved runs says the same of both.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../support/cli-process.js';
import { type DatabaseProject, hasPostgres, startDatabaseProject } from '../support/database-project.js';
import { makeProject } from '../support/project-folder.js';
import { idAt, runAt, writeStorage } from '../support/saved-storage.mjs';
import { startServed } from '../support/served.js';

// With three of another machine and an unusual one 500, which is what `serve` shows of a database.
const runs = 496;
let server: DatabaseProject['server'];
let folder: string;
let end = () => {};
let name: string;

const env = () => ({ BENCHMEM_DATABASE_URL: server.url(), XDG_CACHE_HOME: join(folder, 'cache') });
const inDatabase = (...argv: string[]) => startCli(argv, { cwd: folder, env: env() }).ended;
const inFolder = (...argv: string[]) =>
  startCli(argv, { cwd: folder, env: { XDG_CACHE_HOME: join(folder, 'cache') } }).ended;

/** Output of the database as a folder would say it. */
const asFolder = (text: string) => text.replaceAll(name, '.benchmarks');

async function expectSame(...argv: string[]): Promise<void> {
  const [one, other] = await Promise.all([inFolder(...argv), inDatabase(...argv)]);
  expect({ code: other.code, stdout: asFolder(other.stdout), stderr: asFolder(other.stderr) }).toEqual({
    code: one.code,
    stdout: one.stdout,
    stderr: one.stderr,
  });
  expect(one.code).toBeLessThan(2);
}

/** A run that says more than others: hostile texts, rounds, a failed benchmark, numbers that are not finite. */
function unusualRun(): unknown {
  const run = runAt(runs, { runs, benchmarks: 6 });
  const [first, second, third] = run.benchmarks as Record<string, unknown>[];
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('too few benchmarks');
  first.stats = { ...(first.stats as object), rounds: 3, data: [0.001, 0.002, 0.0015] };
  Object.assign(second, { fullname: `${idAt(1)}\u0000\ud800<b>`, formerly: [idAt(1)] });
  Object.assign(third, { fullname: `json:"${'é'.repeat(4000)}` });
  return { ...run, benchmem: { schema: 1, complete: true, kind: 'run', tags: { tag: 'json:\u0000\udc00' } } };
}

describe.skipIf(!hasPostgres('database-stores'))('a folder and a database with the same runs', () => {
  beforeAll(async () => {
    ({ server, folder, end } = await startDatabaseProject('database-stores'));
    name = `postgres://127.0.0.1:${server.port}/postgres`;
    const storage = join(folder, '.benchmarks');
    const files = writeStorage(storage, { runs, benchmarks: 6 });
    writeStorage(storage, { runs: 3, benchmarks: 4, folder: 'Linux-Node-24-64bit' });
    writeFileSync(
      (files[0] as string).replace('0001_main', `0${runs + 1}_odd`),
      `${JSON.stringify(unusualRun())}\n`,
    );
    expect(await inDatabase('db', 'migrate')).toMatchObject({ code: 0 });
    const pushed = await inDatabase('push');
    expect([pushed.code, pushed.stdout.split('\n').at(-2)]).toEqual([
      0,
      `${runs + 4} added, 0 there already`,
    ]);
  });
  afterAll(() => end());

  it('are sent once: what is sent again is there already', async () => {
    const { stdout } = await inDatabase('push');
    expect(stdout.split('\n').at(-2)).toBe(`0 added, ${runs + 4} there already`);
  });

  it.each([
    ['analyze'],
    ['analyze', '--format', 'json'],
    ['analyze', '--reference', '7', '--candidate', 'odd', '--all-machines'],
    ['analyze', '--format', 'md', '--fail-on', 'peak:1%'],
    ['history'],
    ['history', '--format', 'json', '--metric', 'peak', '--metric', 'time'],
    ['history', idAt(1), '--branch', 'main', '--last', '40'],
    ['history', 'parse', '--metric', 'time', '--format', 'json'],
    ['compare', '3', '0007', 'latest', '--format', 'json'],
    ['compare', 'previous', 'latest'],
    ['compare', 'Linux-Node-24-64bit/2', 'Linux-Node-24-64bit/3'],
    ['export', 'latest', '--format', 'csv'],
    ['plot', '5', 'latest', '--format', 'json', '-o', '-'],
    ['merge', '4', '-o', '-'],
    ['prune', '--keep', '20'],
    ['prune', '--keep', '20', '--older-than', '10d', '--drop-rounds', '1'],
  ])('says the same: %s %s %s', async (...argv) => {
    if (argv[0] !== 'prune') return expectSame(...argv);
    // WHY: sizes are left out, because a database compresses what it keeps.
    const [one, other] = await Promise.all([inFolder(...argv), inDatabase(...argv)]);
    const lines = (text: string) => text.replace(/[\d.]+ [KM]iB|\d+ B/g, 'so much').split('\n');
    expect(lines(other.stdout)).toEqual(lines(one.stdout));
  });

  it('publishes the same pages', async () => {
    const sites = await Promise.all([
      inFolder('publish', '-o', 'one', '--last', '40'),
      inDatabase('publish', '-o', 'other', '--last', '40'),
    ]);
    expect(sites.map(({ code }) => code)).toEqual([0, 0]);
    const filesOf = (site: string) =>
      readdirSync(join(folder, site), { recursive: true, encoding: 'utf8' }).sort();
    expect(filesOf('other')).toEqual(filesOf('one'));
    const pages = filesOf('one').filter((file) => /\.(html|json|svg)$/.test(file));
    expect(pages.length).toBeGreaterThan(50);
    const differing = pages.filter(
      (file) =>
        asFolder(readFileSync(join(folder, 'other', file), 'utf8')) !==
        readFileSync(join(folder, 'one', file), 'utf8'),
    );
    expect(differing).toEqual([]);
  });

  it('serves the same pages, and warns of a role that may write', async () => {
    const pages = ['/', '/runs', '/?metric=time&stat=mean', '/groups', '/pairs'];
    // The version says when to look again, and follows from the names of the runs, too.
    const withoutVersion = (text: string) => text.replace(/data-version="[0-9a-f]+"/g, '');
    const served = async (environment: NodeJS.ProcessEnv) => {
      const { url, stop } = await startServed(folder, [], { env: environment });
      const texts = [];
      for (const page of pages)
        texts.push(withoutVersion(asFolder(await (await fetch(new URL(page, url))).text())));
      return { texts, stderr: (await stop()).stderr };
    };
    const one = await served({});
    const other = await served(env());
    expect(one.texts.map((text) => text.length > 50)).toEqual(pages.map(() => true));
    expect(other.texts).toEqual(one.texts);
    expect(other.stderr).toContain(`the role owner may write to ${name}`);
  });

  it('gates a run by the same saved run', async () => {
    const project = makeProject('database-gated');
    writeFileSync(
      join(project, 'small.bench.mjs'),
      "import { bench } from 'benchmem';\nbench('bytes', () => Buffer.alloc(100_000, 1).length);\n",
    );
    const run = async (environment: NodeJS.ProcessEnv, ...argv: string[]) => {
      const words = ['run', '--no-time', '--repeats', '2', ...argv];
      const { code, stdout } = await startCli(words, { cwd: project, env: environment }).ended;
      return { code, stdout: asFolder(stdout).replace(/ \(\d+ \w+ ago\)/g, '') };
    };
    const database = { ...env(), BENCHMEM_DATABASE_URL: `${server.url()}?project=gated` };
    await run({}, '--save', 'base');
    expect((await run(database, '--save', 'base')).code).toBe(0);
    const gate = ['--compare', '--compare-fail', 'allocated:0%'];
    const one = await run({}, ...gate);
    expect(one.stdout).toContain('against 0001_base');
    expect(await run(database, ...gate)).toEqual(one);
    const left = ['.benchmarks', 'node_modules', 'package.json', 'small.bench.mjs'];
    expect(readdirSync(project).sort()).toEqual(left);
    rmSync(project, { recursive: true, force: true });
  });

  it('gives back what it got, once', async () => {
    const { code, stdout } = await inDatabase('pull', '--to', 'pulled', '--last', '30');
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, '30 added, 0 there already']);
    const parsed = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    for (const file of [
      `Linux-Node-20-64bit/0${runs + 1}_odd.json`,
      `Linux-Node-20-64bit/0${runs}_main.json`,
    ])
      expect(parsed(join(folder, 'pulled', file))).toEqual(parsed(join(folder, '.benchmarks', file)));
    expect((await inDatabase('pull', '--to', 'pulled', '--last', '30')).stdout).toBe(
      '0 added, 30 there already\n',
    );
  });
});
