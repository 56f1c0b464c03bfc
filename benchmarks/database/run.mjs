// A database of 10,000 runs of 200 benchmarks, on a server of its own: what a listing takes, one series, a baseline, and the
// newest 200 runs of one metric, each from the question to the answer that a command goes on with. `--check` exits 1 past the
// limits it prints.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openDatabase } from '../../build/modules/database/connect.js';
import { migrate } from '../../build/modules/database/migrate.js';
import { readDatabaseUrl } from '../../build/modules/database/name.js';
import { settingsOf } from '../../build/modules/database/settings.js';
import { storeOver } from '../../build/modules/database/store.js';
import { startPostgres } from '../../test/support/postgres-server.mjs';
import { idAt, runAt } from '../../test/support/saved-storage.mjs';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '10000' },
    benchmarks: { type: 'string', default: '200' },
  },
});
const [runs, benchmarks] = [Number(options.runs), Number(options.benchmarks)];
const repetitions = 15;
const folder = 'Linux-Node-20-64bit';
const say = (text) => process.stdout.write(`${text}\n`);

/** One run that was saved, as many times as are wanted: three metrics of each, in the order in which savers write. */
async function fill(url) {
  const last = runs - 1;
  // WHY: the connection has no time limits, because a copy of millions of rows takes longer than a statement of a command may.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ask = (sql) => client.query(sql);
  await ask('ALTER TABLE benchmem.sample DROP CONSTRAINT sample_pkey, DROP CONSTRAINT sample_run_id_fkey');
  await ask('DROP INDEX benchmem.sample_run');
  await ask(`INSERT INTO benchmem.run SELECT id + n, project_id, folder, number + n, name, own_id, tag, kind, complete,
    is_shard, to_char(datetime::timestamptz AT TIME ZONE 'UTC' + n * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    md5(n::text), commit_time, branch, dirty, environment_id, benchmarks, measured_ms + n * 3600000.0, names_id, profiles,
    md5(n::text), saved_at FROM benchmem.run, generate_series(1, ${last}) n`);
  await ask(`INSERT INTO benchmem.document SELECT run_id + n, encoding, body FROM benchmem.document,
    generate_series(1, ${last}) n`);
  await ask(`INSERT INTO benchmem.sample SELECT benchmark_id, metric_id, run_id + n, place, way_id,
    headline * (1 + random() * 0.01), low, high FROM generate_series(1, ${last}) n,
    (SELECT * FROM benchmem.sample WHERE metric_id IN (SELECT id FROM benchmem.metric
      WHERE field IN ('peak_bytes', 'total_bytes', 'time')) ORDER BY metric_id, place) one`);
  await ask(`ALTER TABLE benchmem.sample ADD PRIMARY KEY (benchmark_id, metric_id, run_id)
    INCLUDE (place, way_id, headline, low, high)`);
  await ask('CREATE INDEX sample_run ON benchmem.sample (run_id, metric_id)');
  await ask('VACUUM ANALYZE');
  await client.end();
}

/** For how long a process had a processor. */
const cpuMsOf = (pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** What the clock says, first and mostly, and the processor time of this process and the server's together. */
async function timed(work, serverPid) {
  const [clock, cpu] = [[], []];
  let answer;
  for (let at = 0; at < repetitions; at += 1) {
    // WHY: a command asks once, and holds no answer from before.
    answer = undefined;
    const [own, its, started] = [process.cpuUsage(), cpuMsOf(serverPid), performance.now()];
    answer = await work();
    clock.push(performance.now() - started);
    const { user, system } = process.cpuUsage(own);
    cpu.push((user + system) / 1000 + cpuMsOf(serverPid) - its);
  }
  return {
    answer,
    firstMs: clock[0],
    fastestMs: Math.min(...clock),
    medianMs: middle(clock),
    cpuMs: Math.min(...cpu),
  };
}

const cellsIn = ({ runs: found }) =>
  found.flatMap(({ figures }) => [...figures.columns.values()].flat().flatMap(({ cells }) => cells)).length;

async function measure(database) {
  const [[serverPid]] = await database.ask('SELECT pg_backend_pid()');
  const store = storeOver(database);
  const { heads } = await store.list();
  const query = { kind: 'run', environment: heads[0].environment, folder };
  const overview = Math.min(200, runs);
  const questions = [
    // WHY: each has a store of its own, because a store lists once.
    ['a listing of all runs', 100, () => storeOver(database).list(), (found) => found.heads.length === runs],
    [
      'one series of all runs',
      30,
      () => store.series({ metrics: ['peak'], ids: [idAt(77)] }),
      (found) => cellsIn(found) === runs,
    ],
    ['a baseline', 5, () => store.baseline(query), (found) => found.head.path === heads.at(-1).path],
    [
      'an overview: the newest 200 runs, one metric',
      100,
      () => store.series({ metrics: ['peak'], last: overview }),
      (found) => cellsIn(found) === overview * benchmarks,
    ],
  ];
  const measured = [];
  for (const [what, mostMs, work, isRight] of questions) {
    const { answer, ...times } = await timed(work, serverPid);
    if (!isRight(answer)) throw new Error(`${what} is not what was filled in`);
    measured.push({ what, mostMs, ...times });
  }
  return measured;
}

const server = await startPostgres({
  settings: ['shared_buffers = 256MB', 'fsync = off', 'max_wal_size = 8GB'],
});
try {
  const settings = settingsOf(readDatabaseUrl(server.url(), 'the benchmark'), {});
  const loading = await openDatabase(settings);
  await migrate(loading);
  const file = runAt(0, { runs: 1, benchmarks });
  await storeOver(loading).save({ folder, name: 'main', file, path: 'one' });
  const started = performance.now();
  await loading.close();
  await fill(server.url());
  say(
    `${runs} runs of ${benchmarks} benchmarks, filled in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  const database = await openDatabase(settings);
  const found = await measure(database);
  await database.close();
  // WHY: where others want the processors too, the clock measures them.
  const isBusy = os.loadavg()[0] > os.availableParallelism() + 1;
  say(`judged by ${isBusy ? 'processor time, because this machine is busy' : 'the fastest'}`);
  const ms = (value) => `${value.toFixed(1)} ms`;
  let isSlow = false;
  for (const { what, mostMs, firstMs, fastestMs, medianMs, cpuMs } of found) {
    const isOver = (isBusy ? cpuMs : fastestMs) > mostMs;
    isSlow ||= isOver;
    const times = `fastest ${ms(fastestMs)}, median ${ms(medianMs)}, first ${ms(firstMs)}, processor ${ms(cpuMs)}`;
    say(`${what}: ${times} (at most ${mostMs})${isOver ? ': TOO SLOW' : ''}`);
  }
  if (options.check && isSlow) process.exitCode = 1;
} finally {
  server.end();
}
