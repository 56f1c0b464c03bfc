// A database of runs, on a real server: savers at once, migrators at once, servers that end, roles without rights, rows that
// somebody changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from '../../scripts/lib/page-blocks.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { type Database, openDatabase } from '../../src/database/connect.js';
import { migrate } from '../../src/database/migrate.js';
import { readDatabaseUrl } from '../../src/database/name.js';
import { settingsOf } from '../../src/database/settings.js';
import { type DatabaseStore, openDatabaseStore } from '../../src/database/store.js';
import type { RunFile } from '../../src/runfile/schema.js';
import { bin, startCli } from '../support/cli-process.js';
import { type DatabaseProject, hasPostgres, startDatabaseProject } from '../support/database-project.js';
import { postgresPrograms } from '../support/postgres-server.mjs';
import { makeProject } from '../support/project-folder.js';
import { idAt, runAt } from '../support/saved-storage.mjs';

let server: DatabaseProject['server'];
let folder: string;
let end = () => {};
let project = 0;
const opened: { close(): Promise<void> }[] = [];

/** A history of its own, so that no test sees runs of another. */
function freshUrl(): string {
  project += 1;
  return `${server.url()}?project=p${project}`;
}
const settings = (url: string) => settingsOf(readDatabaseUrl(url, 'the test'), {});
const fileOf = (run: number) => runAt(run, { runs: 200, benchmarks: 5 }) as unknown as RunFile;
const machine = 'Linux-Node-20-64bit';
const runOf = (run: number) => ({ folder: machine, name: 'main', file: fileOf(run), path: `run ${run}` });

async function connect(url: string): Promise<Database> {
  const database = await openDatabase(settings(url));
  opened.push(database);
  return database;
}

async function open(url: string): Promise<DatabaseStore> {
  const store = await openDatabaseStore(settings(url));
  opened.push(store);
  return store;
}

const cli = (url: string, ...argv: string[]) =>
  startCli(argv, { cwd: folder, env: { BENCHMEM_DATABASE_URL: url, XDG_CACHE_HOME: join(folder, 'cache') } });

/** With `until`, a benchmark that waits for a file. */
function writeBench(until = 'small.bench.mjs'): void {
  const text = `import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { bench } from 'benchmem';
bench('bytes', async () => {
  while (!existsSync(${JSON.stringify(join(folder, until))})) await pause(10);
  return Buffer.alloc(1000).length;
});
`;
  writeFileSync(join(folder, 'small.bench.mjs'), text);
}

const quick = ['--no-time', '--repeats', '1'];

describe.skipIf(!hasPostgres('database'))('a database of runs', () => {
  beforeAll(async () => {
    ({ server, folder, end } = await startDatabaseProject('database'));
    writeBench();
    const database = await connect(server.url());
    await migrate(database);
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    rmSync(join(folder, '.benchmem'), { recursive: true, force: true });
  });
  afterAll(() => end());

  it('numbers the runs of 24 savers at once without a gap or a double', async () => {
    const url = freshUrl();
    const stores = await Promise.all(Array.from({ length: 24 }, () => open(url)));
    const saved = await Promise.all(
      stores.map(async (store, saver) => {
        const numbers = [];
        for (const each of [0, 1, 2, 3, 4]) numbers.push((await store.save(runOf(saver * 5 + each))).number);
        return numbers;
      }),
    );
    expect(saved.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
    const listing = await (await open(url)).list();
    expect([listing.heads.length, listing.unread]).toEqual([120, []]);
  });

  it('has a run once, however often and by however many it is sent', async () => {
    const url = freshUrl();
    const stores = await Promise.all(Array.from({ length: 6 }, () => open(url)));
    const saved = await Promise.all(stores.map((store) => store.save(runOf(1))));
    expect(saved.map(({ number }) => number)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(saved.filter(({ isNew }) => isNew).length).toBe(1);
    const [store] = stores as [DatabaseStore];
    expect(await store.save({ ...runOf(1), name: 'another' })).toMatchObject({
      number: 1,
      name: 'main',
      isNew: false,
    });
    expect((await store.save(runOf(2))).number).toBe(2);
  });

  it('numbers each machine and each project by itself, and no number again after prune', async () => {
    const url = freshUrl();
    const store = await open(url);
    await store.save(runOf(1));
    expect((await store.save({ ...runOf(2), folder: 'Linux-Node-22-64bit' })).number).toBe(1);
    expect((await (await open(freshUrl())).save(runOf(1))).number).toBe(1);
    await store.save(runOf(3));
    const { heads } = await store.list();
    await store.remove(heads, true);
    expect((await store.list()).heads).toEqual([]);
    expect((await store.save(runOf(4))).number).toBe(3);
    const { ask } = await connect(url);
    expect(
      await ask('SELECT 1 FROM benchmem.sample WHERE run_id NOT IN (SELECT id FROM benchmem.run)'),
    ).toEqual([]);
  });

  it('is migrated once by two migrators', async () => {
    const { ask } = await connect(server.url());
    await ask('CREATE DATABASE migrated');
    const url = server.url('migrated');
    const migrators = [await connect(url), await connect(url)];
    const done = await Promise.all(migrators.map((each) => migrate(each)));
    expect(done.map(({ now }) => now)).toEqual([1, 1]);
    expect(done.map(({ before }) => before).sort()).toEqual([0, 1]);
  });

  it('is refused where its tables are older or newer, and left as it is', async () => {
    const { ask } = await connect(server.url());
    await ask('CREATE DATABASE empty');
    const older = await cli(server.url('empty'), 'history').ended;
    expect([older.code, older.stderr]).toEqual([
      2,
      `benchmem: the database postgres://127.0.0.1:${server.port}/empty has no tables for runs\n  hint: benchmem db migrate\n`,
    ]);
    await migrate(await connect(server.url('empty')));
    await (await connect(server.url('empty'))).ask('INSERT INTO benchmem.migration (version) VALUES (7)');
    for (const argv of [['history'], ['db', 'migrate'], ['db', 'status'], ['run', '--save', 'x']]) {
      const newer = await cli(server.url('empty'), ...argv).ended;
      expect([argv, newer.code, newer.stderr]).toEqual([
        argv,
        2,
        expect.stringContaining('has tables of version 7, and this benchmem knows 1'),
      ]);
    }
  });

  it('keeps the run in a file where the server ends while it is measured', async () => {
    const url = freshUrl();
    writeBench('stopped');
    const running = cli(url, 'run', '--save', 'kept', ...quick);
    while (!existsSync(join(folder, '.benchmem', 'unsent'))) await pause(20);
    server.stop('immediate');
    writeFileSync(join(folder, 'stopped'), '');
    const { code, stderr } = await running.ended;
    const [, path = ''] =
      /hint: the run stands in (\S+); send it with benchmem push \S+\n/.exec(stderr) ?? [];
    expect([code, path]).toEqual([
      1,
      expect.stringMatching(/^\.benchmem\/unsent\/\w+\/Linux-Node-\d+-64bit\/0000_kept\.json$/),
    ]);
    expect(stderr).toContain('the run is measured and not saved');
    server.start();
    const { stdout } = await cli(url, 'push', path).ended;
    expect(stdout).toMatch(/is Linux-Node-\d+-64bit\/0001_kept\n1 added, 0 there already\n$/);
    expect(existsSync(join(folder, '.benchmem'))).toBe(false);
  });

  it('measures although the server cannot be reached, and says so first', async () => {
    writeBench();
    const { code, stderr } = await cli(
      'postgres://me:secret@127.0.0.1:1/none',
      'run',
      '--save',
      'x',
      ...quick,
    ).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^warning the database postgres:\/\/127\.0\.0\.1:1\/none cannot be reached \(ECONNREFUSED\)/m,
    );
    expect(stderr).toContain('send it with benchmem push .benchmem/unsent/');
    expect(readdirSync(join(folder, '.benchmem', 'unsent')).length).toBe(1);
  });

  it('has all of a run or nothing where the server ends in the middle of saving', async () => {
    const url = freshUrl();
    const [store, other] = [await open(url), await connect(url)];
    await store.save(runOf(1));
    // The counter is locked, so that the saver waits with everything else of the run written.
    const isLocked = other.transaction(async (ask) => {
      await ask('SELECT * FROM benchmem.counter WHERE folder = $1 FOR UPDATE', [machine]);
      const saving = (await open(url)).save(runOf(2));
      saving.catch(() => {});
      const { ask: look } = await connect(url);
      const waiting =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%benchmem.counter%'";
      while ((await look(waiting)).length === 0) await pause(20);
      server.stop('immediate');
      await expect(saving).rejects.toMatchObject({ code: 'DATABASE' });
    });
    await expect(isLocked).rejects.toThrow();
    server.start();
    const again = await open(url);
    expect((await again.list()).heads.map(({ number }) => number)).toEqual([1]);
    const { ask } = await connect(url);
    expect(
      await ask('SELECT 1 FROM benchmem.document WHERE run_id NOT IN (SELECT id FROM benchmem.run)'),
    ).toEqual([]);
    expect((await again.save(runOf(2))).number).toBe(2);
  });

  it('says that the disk of this machine is full, and saves nothing', async () => {
    const url = freshUrl();
    writeBench();
    const words = [process.execPath, bin, 'run', '--save', 'full', ...quick];
    const limited = (command: string, ...argv: string[]) =>
      spawnSync('bash', ['-c', `ulimit -f ${command}; exec "$@"`, 'bash', ...argv], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, BENCHMEM_DATABASE_URL: url },
      });
    const { status, stderr } = limited('0', ...words);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/cannot write .*\.benchmem\/unsent\/.*EFBIG/s),
    ]);
    const store = await open(url);
    expect((await store.list()).heads).toEqual([]);
    await store.save(runOf(1));
    const pulled = limited('1', process.execPath, bin, 'pull', '--to', 'full');
    expect([pulled.status, pulled.stderr]).toEqual([2, expect.stringContaining('EFBIG')]);
    expect(
      readdirSync(join(folder, 'full'), { recursive: true }).filter((file) => String(file).endsWith('.json')),
    ).toEqual([]);
  });

  it('refuses what a role has no right to, and shows runs to one that may only read', async () => {
    const { ask } = await connect(server.url());
    await ask("CREATE ROLE stranger LOGIN PASSWORD 'stranger-secret'");
    await ask("CREATE ROLE reader LOGIN PASSWORD 'reader-secret'");
    await ask('GRANT USAGE ON SCHEMA benchmem TO reader');
    await ask('GRANT SELECT ON ALL TABLES IN SCHEMA benchmem TO reader');
    const url = freshUrl();
    await (await open(url)).save(runOf(1));
    const as = (role: string) => url.replace('owner:owner-secret', `${role}:${role}-secret`);
    for (const argv of [['history'], ['db', 'status'], ['run', '--save', 'x', ...quick], ['db', 'migrate']]) {
      const { code, stderr } = await cli(as('stranger'), ...argv).ended;
      expect([argv, code]).toEqual([argv, 2]);
      expect(stderr).not.toContain('stranger-secret');
    }
    expect((await cli(as('reader'), 'history').ended).code).toBe(0);
    const run = await cli(as('reader'), 'run', '--save', 'x', ...quick).ended;
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringContaining('does not permit saving to the role reader'),
    ]);
    expect((await cli(as('reader'), 'prune', '--keep', '1', '--yes').ended).code).toBe(0);
    const reading = await openDatabaseStore(settings(as('reader')), { isReadOnly: true });
    opened.push(reading);
    expect(await reading.cautions()).toEqual([]);
    await expect(reading.save(runOf(2))).rejects.toMatchObject({ code: 'DATABASE' });
  });

  it('gives up a lock, and a statement, that take too long', async () => {
    const database = await connect(server.url());
    const rows = await database.ask(
      "SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY 1",
    );
    expect(rows).toEqual([
      ['idle_in_transaction_session_timeout', '15000'],
      ['lock_timeout', '10000'],
      ['statement_timeout', '30000'],
    ]);
    await database.ask('SET statement_timeout = 100');
    await expect(database.ask('SELECT pg_sleep(20)')).rejects.toMatchObject({ reason: '57014' });
  });

  describe('whose rows somebody changed', () => {
    const tampered = async (sql: string, values: readonly unknown[] = []) => {
      const url = freshUrl();
      const store = await open(url);
      for (const run of [1, 2]) await store.save(runOf(run));
      const { ask } = await connect(url);
      await ask(
        sql.replaceAll('THIS', `(SELECT id FROM benchmem.project WHERE name = 'p${project}')`),
        values,
      );
      return { url, store: await open(url) };
    };
    const ofSecond = 'WHERE run.project_id = THIS AND run.number = 2';
    const documents = `UPDATE benchmem.document SET body = $1 FROM benchmem.run ${ofSecond} AND run.id = run_id`;

    it.each([
      ['a folder that leaves the storage', `UPDATE benchmem.run SET folder = '../../etc' ${ofSecond}`],
      ['a name that is a path', `UPDATE benchmem.run SET name = 'a/../../b' ${ofSecond}`],
      ['a name that begins with a dot', `UPDATE benchmem.run SET name = '..' ${ofSecond}`],
      ['a kind that there is not', `UPDATE benchmem.run SET kind = 'lie' ${ofSecond}`],
      ['half a text', `UPDATE benchmem.run SET tag = 'json:{' ${ofSecond}`],
      ['a number that is none', `UPDATE benchmem.run SET number = 9223372036854775807 ${ofSecond}`],
    ])('names a run with %s, and shows the others', async (_what, sql) => {
      const { store } = await tampered(sql);
      const { heads, unread } = await store.list();
      expect([heads.map(({ number }) => number), unread.length]).toEqual([[1], 1]);
      expect(unread[0]?.message).toContain('was changed by another program');
    });

    it('copies no such run into a folder, and says so', async () => {
      const { url } = await tampered(`UPDATE benchmem.run SET folder = '../../etc' ${ofSecond}`);
      const { ask } = await connect(url);
      await (await open(url)).save(runOf(3));
      await ask(
        `UPDATE benchmem.document SET body = $1 FROM benchmem.run
        WHERE run.project_id = (SELECT id FROM benchmem.project WHERE name = 'p${project}') AND run.number = 3
          AND run.id = run_id`,
        [Buffer.from('no brotli')],
      );
      const { code, stdout, stderr } = await cli(url, 'pull', '--to', 'tampered').ended;
      expect([code, stdout.split('\n').at(-2)]).toEqual([1, '1 added, 0 there already']);
      expect(stderr.match(/was changed by another program/g)?.length).toBe(2);
      const files = readdirSync(join(folder, 'tampered'), { recursive: true, encoding: 'utf8' }).sort();
      expect(files).toEqual([machine, join(machine, '0001_main.json')]);
    });

    it.each([
      ['no brotli', Buffer.from('no brotli')],
      ['a text that is no run', brotliCompressSync('{"benchmarks": 7}')],
      ['what inflates to more than a run may have', brotliCompressSync(Buffer.alloc(200 * 1024 * 1024))],
    ])('does not read %s', async (_what, body) => {
      const { store } = await tampered(documents, [body]);
      const { heads } = await store.list();
      await expect(store.read(heads[1] as never)).rejects.toMatchObject({ code: 'BAD_RUN_FILE' });
    });

    it.each([
      ['a place that the run has not', 'UPDATE benchmem.sample SET place = 99 FROM benchmem.run'],
      [
        'a way of measuring that there is not',
        'UPDATE benchmem.sample SET way_id = 999999 FROM benchmem.run',
      ],
      ['what is no number', "UPDATE benchmem.sample SET headline = 'NaN' FROM benchmem.run"],
    ])('leaves out figures with %s', async (_what, sql) => {
      const { store } = await tampered(`${sql} ${ofSecond} AND run.id = run_id`);
      const { runs, unread } = await store.series({ metrics: ['peak'] });
      expect([runs.map(({ head }) => head.number), unread.length]).toEqual([[1], 1]);
    });
  });

  it('finds the baseline and one series without reading anything else', async () => {
    const url = freshUrl();
    const store = await open(url);
    for (const run of [1, 2, 3]) await store.save(runOf(run));
    const { heads } = await store.list();
    const environment = heads[0]?.environment as NonNullable<(typeof heads)[0]>['environment'];
    const asked = { kind: 'run' as const, environment, folder: machine };
    expect(await (await open(url)).baseline(asked)).toEqual({ head: heads[2], isSameEnvironment: true });
    const other = await store.baseline({ ...asked, environment: { machine: 'another' } });
    expect(other).toEqual({ head: heads[2], isSameEnvironment: false });
    expect(await store.baseline({ ...asked, folder: 'none' })).toBeUndefined();
    const { runs } = await store.series({ metrics: ['peak'], ids: [idAt(3)] });
    expect(runs.map(({ figures }) => figures.columns.get('peak_bytes')?.map(({ rows }) => rows))).toEqual([
      [[3]],
      [[3]],
      [[3]],
    ]);
  });

  it('gives back texts with the characters that join columns, and texts that look like what is absent', async () => {
    const url = freshUrl();
    const store = await open(url);
    const texts = ['a\u001eb', 'a\u001fb', 'json:null', 'json:true', '', 'null'];
    for (const [run, text] of texts.entries()) {
      const file = fileOf(run);
      const odd = { ...file, commit_info: { ...file.commit_info, branch: text }, label: text } as RunFile;
      await store.save({ ...runOf(run), file: odd });
    }
    const { heads, unread } = await (await open(url)).list();
    expect(unread).toEqual([]);
    expect(heads.map(({ branch, tag }) => [branch, tag])).toEqual(
      texts.map((text) => (text === '' ? [undefined, 'main'] : [text, text])),
    );
  });

  it('tells a watcher of a run that somebody else saved', async () => {
    const url = freshUrl();
    const [store, other] = [await open(url), await open(url)];
    await store.save(runOf(1));
    const calls: number[] = [];
    const stop = store.watch(() => void store.list().then(({ heads }) => calls.push(heads.length)));
    while (!calls.includes(1)) await pause(20);
    await other.save(runOf(2));
    while (!calls.includes(2)) await pause(50);
    stop();
  });

  it('takes a run of 2,000 benchmarks, and gives it back', async () => {
    const url = freshUrl();
    const store = await open(url);
    const file = runAt(1, { runs: 2, benchmarks: 2000 }) as unknown as RunFile;
    await store.save({ ...runOf(1), file });
    const { heads } = await store.list();
    expect((await store.read(heads[0] as never)).file).toEqual(file);
  });

  it('has the roles of docs/many-machines.md: one that saves, one that reads', async () => {
    const page = readFileSync(join(root, 'docs', 'many-machines.md'), 'utf8');
    const sql = /```sql\n([^`]+)```/.exec(page)?.[1] ?? '';
    const { ask } = await connect(server.url());
    for (const statement of sql.split(/;\n/).filter((text) => text.trim() !== '')) await ask(statement);
    const url = freshUrl();
    const as = (role: string, secret: string) => url.replace('owner:owner-secret', `${role}:${secret}`);
    const [saver, reader] = [
      await open(as('bench_saver', 'change-me-1')),
      await open(as('bench_reader', 'change-me-2')),
    ];
    expect((await saver.save(runOf(1))).number).toBe(1);
    expect((await saver.save(runOf(2))).number).toBe(2);
    await saver.remove((await saver.list()).heads.slice(0, 1), true);
    expect([await saver.cautions(), await reader.cautions()].map(({ length }) => length)).toEqual([1, 0]);
    const { heads } = await reader.list();
    expect((await reader.read(heads[0] as never)).file).toEqual(fileOf(2));
    await expect(reader.save(runOf(3))).rejects.toMatchObject({ code: 'DATABASE' });
    await expect(reader.remove(heads, true)).rejects.toMatchObject({ code: 'DATABASE' });
    await expect(migrate(await connect(as('bench_saver', 'change-me-1')))).resolves.toMatchObject({
      before: 1,
    });
  });

  it('is used as docs/many-machines.md says, and backed up', async () => {
    const page = readFileSync(join(root, 'docs', 'many-machines.md'), 'utf8');
    await (await connect(server.url())).ask('CREATE DATABASE page');
    const there = makeProject('database-page');
    writeFileSync(join(there, 'small.bench.mjs'), readFileSync(join(folder, 'small.bench.mjs')));
    for (const [place, run] of [
      ['.benchmarks', 1],
      ['.benchmem/unsent/ab', 2],
    ] as const) {
      mkdirSync(join(there, place, machine), { recursive: true });
      writeFileSync(join(there, place, machine, '0001_main.json'), JSON.stringify(fileOf(run)));
    }
    const scripts = blocksOf(page).filter(
      ({ language, text }) => language === 'sh' && !text.includes('docker'),
    );
    expect(scripts.length).toBe(4);
    for (const { text } of scripts) {
      const script = text
        .replace(/^(npm install|export) .*$/gm, '')
        .replaceAll('npx benchmem', `"${process.execPath}" "${bin}"`);
      const { status, stderr } = spawnSync('bash', ['-euc', script], {
        cwd: there,
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${postgresPrograms()}:${process.env.PATH}`,
          BENCHMEM_DATABASE_URL: server.url('page'),
          DATABASE: server.url('page'),
        },
      });
      expect([text, status, stderr]).toEqual([text, 0, expect.any(String)]);
    }
    expect((await (await open(server.url('page'))).list()).heads.length).toBe(3);
    rmSync(there, { recursive: true, force: true });
  });

  it('needs no server for a folder, whatever the environment names', async () => {
    const { code, stdout } = await cli(
      'postgres://me:secret@127.0.0.1:1/none',
      'prune',
      '--storage',
      '.benchmarks',
    ).ended;
    expect([code, stdout]).toEqual([0, 'nothing to remove\n']);
  });
});
