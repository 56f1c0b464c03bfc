// A PostgreSQL server of a test's own: Debian's programs, started as another user in a folder of their own, on a free port
// of loopback. Benchmarks start one, too.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of `initdb` and `pg_ctl`; undefined if PostgreSQL is not installed. */
export function postgresPrograms() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(Number.isFinite) : [];
  const folders = versions.sort((a, b) => b - a).map((version) => `${root}/${version}/bin`);
  return folders.find((folder) => existsSync(`${folder}/initdb`) && existsSync(`${folder}/pg_ctl`));
}

// WHY: the user is nobody, because initdb refuses root, and the user needs nothing but a number.
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/**
 * Starts a server whose owner is `owner` with the given password. `settings` are lines of its configuration.
 * `url(...)` is a URL of a database of it; `stop(mode)` and `start()` may be called as often as is needed; `end()` removes it.
 */
export async function startPostgres({ password = 'owner-secret', settings = [], files = {} } = {}) {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-postgres-'));
  const own = (path, mode) => {
    chmodSync(path, mode);
    if (user.uid !== undefined) chownSync(path, user.uid, user.gid);
  };
  own(folder, 0o700);
  for (const [name, text] of Object.entries({ ...files, password })) {
    writeFileSync(join(folder, name), text);
    own(join(folder, name), 0o600);
  }
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }, stdio: 'pipe' };
  const run = (program, ...args) => execFileSync(join(programs, program), args, options);
  const auth = ['--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`];
  run('initdb', '--no-sync', '-D', data, '-U', 'owner', ...auth, '-E', 'UTF8', '--locale=C.UTF-8');
  const port = await freePort();
  const lines = [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    `unix_socket_directories = '${folder}'`,
    'max_connections = 60',
    ...settings.map((line) => line.replaceAll('FOLDER', folder)),
  ];
  writeFileSync(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
  own(join(data, 'postgresql.auto.conf'), 0o600);
  // WHY: it gets no pipe, because the server would hold ours open.
  const control = (...args) =>
    execFileSync(join(programs, 'pg_ctl'), ['-D', data, '-s', '-w', ...args], {
      ...options,
      stdio: 'ignore',
    });
  const start = () => control('-l', join(folder, 'log'), 'start');
  const stop = (mode = 'fast') => control('-m', mode, 'stop');
  start();
  return {
    folder,
    port,
    start,
    stop,
    /** A URL of the database, for the owner unless somebody else is told. */
    url: (database = 'postgres', who = 'owner', secret = password) =>
      `postgres://${who}:${secret}@127.0.0.1:${port}/${database}`,
    end: () => {
      try {
        stop('immediate');
      } catch {
        // It had been stopped.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
