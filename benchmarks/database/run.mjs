// A database of 10,000 runs of 200 benchmarks, on a server of its own: what a listing takes, one series, a baseline, and the
// newest 200 runs of one metric. `--check` exits 1 past the limits it prints.
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
const repetitions = 7;
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

async function median(work) {
  const times = [];
  for (let at = 0; at < repetitions; at += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[repetitions >> 1];
}

async function measure(database) {
  const store = storeOver(database);
  const { heads } = await store.list();
  if (heads.length !== runs) throw new Error(`${heads.length} runs instead of ${runs}`);
  const query = { kind: 'run', environment: heads[0].environment, folder };
  const cells = ({ runs: found }) =>
    found.reduce(
      (sum, { figures }) => sum + [...figures.columns.values()].flat().flatMap(({ cells }) => cells).length,
      0,
    );
  const expectCells = (table, count) => {
    if (cells(table) !== count) throw new Error(`${cells(table)} figures instead of ${count}`);
  };
  return [
    // WHY: each has a store of its own, because a store lists once.
    { what: 'a listing of all runs', mostMs: 100, ms: await median(() => storeOver(database).list()) },
    {
      what: 'one series of all runs',
      mostMs: 30,
      ms: await median(async () =>
        expectCells(await store.series({ metrics: ['peak'], ids: [idAt(77)] }), runs),
      ),
    },
    { what: 'a baseline', mostMs: 5, ms: await median(() => store.baseline(query)) },
    {
      what: 'an overview: the newest 200 runs, one metric',
      mostMs: 100,
      ms: await median(async () =>
        expectCells(await store.series({ metrics: ['peak'], last: 200 }), Math.min(200, runs) * benchmarks),
      ),
    },
  ];
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
  for (const { what, ms, mostMs } of found)
    say(`${what}: ${ms.toFixed(1)} ms (at most ${mostMs})${ms > mostMs ? ': TOO SLOW' : ''}`);
  if (options.check && found.some(({ ms, mostMs }) => ms > mostMs)) process.exitCode = 1;
} finally {
  server.end();
}
