// The password of a database: in no stream, file, argument or environment of anything that benchmem starts.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCli } from '../support/cli-process.js';
import type { Ended } from '../support/collected-process.js';
import { type DatabaseProject, hasPostgres, startDatabaseProject } from '../support/database-project.js';

const secret = 'sw0rdfish';
let server: DatabaseProject['server'];
let folder: string;
let end = () => {};

// What a hostile package could find: its own environment, and what the system says of every process above it.
const spy = `import { appendFileSync, readFileSync } from 'node:fs';
export function spy() {
  const read = (file) => { try { return readFileSync(file, 'latin1'); } catch { return ''; } };
  let text = JSON.stringify(process.env);
  for (let pid = process.pid, depth = 0; pid > 1 && depth < 30; depth += 1) {
    text += read('/proc/' + pid + '/environ') + read('/proc/' + pid + '/cmdline');
    pid = Number(read('/proc/' + pid + '/stat').split(') ').at(-1)?.split(' ')[1] ?? 0);
  }
  appendFileSync(${JSON.stringify('SEEN')}, text + '\\n');
}
`;

/** All that the command printed, and every file below the folder. */
function everythingAfter({ stdout, stderr }: Ended): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  return [stdout, stderr, ...texts].join('\n');
}

const cli = (env: NodeJS.ProcessEnv, ...argv: string[]) =>
  startCli(argv, { cwd: folder, env: { XDG_CACHE_HOME: join(folder, 'cache'), ...env } }).ended;
const byUrl = () => ({ BENCHMEM_DATABASE_URL: server.url() });
const byVariables = () => ({
  PGHOST: '127.0.0.1',
  PGPORT: String(server.port),
  PGUSER: 'owner',
  PGDATABASE: 'postgres',
  PGPASSWORD: secret,
});

describe.skipIf(!hasPostgres('database-secrets'))('the password of a database', () => {
  beforeAll(async () => {
    ({ server, folder, end } = await startDatabaseProject('database-secrets', { password: secret }));
    writeFileSync(join(folder, 'spy.mjs'), spy.replace('SEEN', join(folder, 'seen')));
    writeFileSync(join(folder, 'program.mjs'), "import { spy } from './spy.mjs';\nspy();\n");
    writeFileSync(
      join(folder, 'small.bench.mjs'),
      "import { bench } from 'benchmem';\nimport { spy } from './spy.mjs';\nspy();\nbench('spy', () => spy());\n",
    );
    expect((await cli(byUrl(), 'db', 'migrate')).code).toBe(0);
  });
  beforeEach(() => rmSync(join(folder, 'seen'), { force: true }));
  afterAll(() => end());

  it.each([
    ['a run that is saved', byUrl, ['run', '--save', 'one', '--repeats', '1']],
    [
      'a run by PGHOST and its like',
      byVariables,
      ['run', '--storage', 'postgres:', '--save', 'two', '--repeats', '1', '--no-time'],
    ],
    ['a program that is observed', byUrl, ['exec', '--', process.execPath, 'program.mjs']],
    ['a test runner', byUrl, ['test', '--', process.execPath, 'program.mjs']],
  ])('is out of reach of %s', async (_what, env, argv) => {
    const ended = await cli(env(), ...argv);
    const seen = readFileSync(join(folder, 'seen'), 'latin1');
    expect(seen).toContain('XDG_CACHE_HOME');
    expect(seen).not.toMatch(/BENCHMEM_DATABASE_URL=p|"BENCHMEM_DATABASE_URL"/);
    if (argv.includes('--storage')) expect(seen).not.toMatch(/"PG[A-Z]+"/);
    expect(everythingAfter(ended)).not.toContain(secret);
    if (argv[0] === 'run')
      expect(ended.stderr).toMatch(/^saved postgres:\/\/127\.0\.0\.1:\d+\/postgres\/Linux-Node/m);
  });

  it('leaves PGHOST and its like to programs where no run is in a database', async () => {
    await cli(byVariables(), 'exec', '--', process.execPath, 'program.mjs');
    expect(readFileSync(join(folder, 'seen'), 'latin1')).toContain('"PGHOST":"127.0.0.1"');
  });

  it('comes from a password file', async () => {
    const file = join(folder, 'cache', 'pgpass');
    mkdirSync(join(folder, 'cache'), { recursive: true });
    writeFileSync(file, `127.0.0.1:*:postgres:owner:${secret}\n`, { mode: 0o600 });
    const { PGPASSWORD, ...others } = byVariables();
    const { code } = await cli({ ...others, PGPASSFILE: file }, 'db', 'status', '--storage', 'postgres:');
    rmSync(file);
    expect([code, PGPASSWORD]).toEqual([0, secret]);
  });

  const wrong = (url: string) => ({ BENCHMEM_DATABASE_URL: url });
  it.each([
    ['that is wrong', wrong('postgres://owner:w0rngPass@127.0.0.1:PORT/postgres'), ['history'], '28P01'],
    [
      'for a server that is not there',
      wrong('postgres://owner:w0rngPass@127.0.0.1:1/postgres'),
      ['history'],
      'ECONNREFUSED',
    ],
    [
      'for a database that is not there',
      wrong(`postgres://owner:${secret}@127.0.0.1:PORT/w0rngPass`),
      ['history'],
      '3D000',
    ],
    [
      'with a character that is not encoded',
      wrong('postgres://owner:12/w0rngPass@127.0.0.1/postgres'),
      ['history'],
      'holds no URL',
    ],
    ['with another one', wrong('postgres://owner:12?w0rngPass@127.0.0.1/postgres'), ['history'], 'parameter'],
    [
      'with a third one',
      wrong('postgres://owner:12#w0rngPass@127.0.0.1/postgres'),
      ['history'],
      'holds no URL',
    ],
    ['in what is no URL', wrong('w0rngPass'), ['history'], 'holds no URL'],
    [
      'on the command line',
      {},
      ['history', '--storage', 'postgres://owner:w0rngPass@127.0.0.1/postgres'],
      'holds a password',
    ],
    ['in an operand', {}, ['analyze', 'postgres://owner:w0rngPass@127.0.0.1/postgres'], 'holds a password'],
    [
      'in a reference',
      {},
      ['compare', 'postgres://owner:w0rngPass@127.0.0.1/postgres', 'latest'],
      'holds a password',
    ],
    [
      'in a parameter',
      {},
      ['push', '--storage', 'postgres://127.0.0.1/postgres?password=w0rngPass'],
      'parameter',
    ],
    [
      'for a server that must be verified',
      wrong('postgres://owner:w0rngPass@localhost:PORT/postgres?sslmode=verify-full'),
      ['history'],
      'NO_TLS',
    ],
    [
      'in clear text off this machine',
      wrong('postgres://owner:w0rngPass@192.0.2.1/postgres?sslmode=prefer'),
      ['history'],
      'clear text',
    ],
  ])('is in no message: one %s', async (_what, env, argv, said) => {
    const asked = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, String(value).replace('PORT', String(server.port))]),
    );
    const ended = await cli(asked, ...argv);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain(said);
    if (said !== '3D000') expect(ended.stderr).not.toContain('w0rngPass');
    expect(ended.stderr).not.toContain(secret);
  });

  it('is refused in a config', async () => {
    const config = join(folder, 'benchmem.config.mjs');
    writeFileSync(config, "export default { storage: 'postgres://owner:w0rngPass@127.0.0.1/postgres' };\n");
    const ended = await cli({}, 'history');
    rmSync(config);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('holds a password')]);
    expect(ended.stderr).not.toContain('w0rngPass');
  });
});
