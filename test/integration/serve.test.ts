// The dashboard's server as a program: what it answers to those who attack it, that streams end with their readers, what it
// says where it cannot listen, and how it ends.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slugOf } from '../../src/cli/saved-runs.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { images } from '../golden/profiles.js';
import { startCli } from '../support/cli-process.js';
import { idAt, runAt, writeStorage } from '../support/saved-storage.mjs';
import { type Served, startServed } from '../support/served.js';
import { nodesAtHand } from './nodes-at-hand.js';

const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>&lt;'\u202egnp`;
const shape = { runs: 12, benchmarks: 8 };

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it is written: nothing normalises its path or its headers. */
function ask(port: number, path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = http.request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', failed);
    request.end();
  });
}

let folder: string;
let outside: string;
let served: Served;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  outside = mkdtempSync(join(tmpdir(), 'serve-outside-'));
  const storage = join(folder, '.benchmarks');
  writeStorage(storage, shape);
  const hostile = runAt(12, { ...shape, rename: (id: string, at: number) => (at === 0 ? evil : id) });
  hostile.commit_info.branch = '<svg onload=alert(3)>';
  const secret = join(outside, 'secret.pb.gz');
  writeFileSync(secret, encodeProfile({ ...images, meta: { ...images.meta, id: 'secret' } }));
  symlinkSync(secret, join(folder, 'link.pb.gz'));
  for (const [at, file] of [
    '/etc/passwd',
    secret,
    '../../link.pb.gz',
    '..',
    '../../0014_broken.json',
  ].entries()) {
    const { benchmem } = hostile.benchmarks[at + 1]?.extra_info ?? {};
    Object.assign(benchmem ?? {}, { profile: { file, sha256: '0'.repeat(64) } });
  }
  writeFileSync(join(storage, 'Linux-Node-20-64bit', '0013_<b>x.json'), JSON.stringify(hostile));
  writeFileSync(join(storage, '0014_broken.json'), '{"benchmarks": [');
  served = await startServed(folder);
});
afterAll(async () => {
  await served?.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

const folderName = 'Linux-Node-20-64bit';
const pages = [
  '/',
  '/runs',
  '/compare',
  '/groups',
  '/pairs',
  `/b/${slugOf(evil)}`,
  `/m/${slugOf(evil)}`,
  `/r/${slugOf(`${folderName}/0013_<b>x.json`)}`,
];

describe('a request from elsewhere', () => {
  it.each([
    ['another name (DNS rebinding)', () => `evil.example:${served.port}`],
    ['another name with an allowed one before it', () => `localhost.evil.example:${served.port}`],
    ['an allowed name as a user', () => `localhost:${served.port}@evil.example`],
    ['another port', () => '127.0.0.1:1'],
    ['no port', () => '127.0.0.1'],
    ['two names', () => `localhost:${served.port}, evil.example`],
  ])('that names %s is refused', async (_, host) => {
    for (const path of [...pages, '/events', '/static/x']) {
      const { status, body } = await ask(served.port, path, { headers: { Host: host() } });
      expect([400, 421]).toContain(status);
      expect(body).not.toContain('main');
    }
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])('that names %s is answered', async (name) => {
    const { status } = await ask(served.port, '/', { headers: { Host: `${name}:${served.port}` } });
    expect(status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('by %s is refused', async (method) => {
    const { status, headers } = await ask(served.port, '/', { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('by HEAD gets the headers of the page and nothing else', async () => {
    const [head, get] = [await ask(served.port, '/', { method: 'HEAD' }), await ask(served.port, '/')];
    expect(head.status).toBe(200);
    expect(head.body).toBe('');
    expect(head.headers['content-security-policy']).toBe(get.headers['content-security-policy']);
  });

  it.each([
    '/static/../../../../etc/passwd',
    '/static/..%2f..%2f..%2fetc/passwd',
    '/static/%2e%2e/%2e%2e/package.json',
    '/b/..%2f..%2fetc',
    '/r/%2e%2e%2f%2e%2e%2fpackage.json',
    '/p/..%2f0014_broken.json',
    '/.benchmarks/0014_broken.json',
    '//etc/passwd',
    '/b/0123456789abcdef',
    '/b/__proto__',
    '/constructor',
    '/%00',
    '/%',
  ])('for %s finds nothing', async (path) => {
    const { status, body } = await ask(served.port, path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('root:');
  });

  it('cannot choose what there is not', async () => {
    const plain = await ask(served.port, '/');
    const { status, body } = await ask(
      served.port,
      '/?metric=__proto__&machine=constructor&branch=toString&last=1e9&base=__proto__&head=x',
    );
    expect(status).toBe(200);
    expect(body).toBe(plain.body);
  });
});

describe('an answer', () => {
  it.each(pages)('of %s lets a browser run and show nothing from elsewhere', async (path) => {
    const { headers } = await ask(served.port, path);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self' 'sha256-/,
    );
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it.each(pages)('of %s holds nothing from outside as markup', async (path) => {
    const asked = encodeURIComponent(evil);
    const { body } = await ask(
      served.port,
      `${path}?q=${asked}&group=${asked}&original=${asked}&metric=${asked}`,
    );
    expect(body).not.toMatch(/<img|<svg onload|<script>|<b>x|\u202e/);
  });

  it('shows what was typed, and a hostile id, as text', async () => {
    const { body } = await ask(served.port, `/?q=${encodeURIComponent('"><img')}`);
    expect(body).toContain('value="&quot;&gt;&lt;img"');
    expect(body).toContain('onerror=alert(1)&gt;');
  });

  it('has a file that cannot be read as a row', async () => {
    const { status, body } = await ask(served.port, '/runs');
    expect(status).toBe(200);
    expect(body).toMatch(/Could not be read[\s\S]*0014_broken\.json/);
  });
});

describe('profiles that a run file names', () => {
  it.each([1, 2, 3, 4, 5])(
    'are not shown from outside the project, through links, or of another kind: %i',
    async (at) => {
      const { status, body } = await ask(served.port, `/b/${slugOf(idAt(at))}`);
      expect(status).toBe(200);
      expect(body).not.toContain('Flame graph');
    },
  );
  it.each(['link.pb.gz', '../secret.pb.gz', '.benchmarks/0014_broken.json'])(
    'have no page of their own: %s',
    async (path) => {
      expect((await ask(served.port, `/p/${slugOf(path)}`)).status).toBe(404);
    },
  );
});

function openStream(port: number): Promise<http.IncomingMessage> {
  return new Promise((done, failed) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/events', agent: false }, (response) => {
      // The server may end first.
      response.on('error', () => {});
      done(response);
    });
    request.on('error', failed);
  });
}

describe('streams', () => {
  it('are a hundred at most, and end with their readers: a thousand come and go', async () => {
    const responses: http.IncomingMessage[] = [];
    for (let at = 0; at < 100; at += 1) responses.push(await openStream(served.port));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(responses.map(() => 200));
    expect((await ask(served.port, '/events')).status).toBe(503);
    for (const response of responses) response.destroy();
    for (let at = 0; at < 1000; at += 1) {
      const response = await opened();
      response.destroy();
    }

    // A stream ends a moment after its reader: until then there may be too many.
    async function opened(): Promise<http.IncomingMessage> {
      for (let tries = 0; tries < 200; tries += 1) {
        const response = await openStream(served.port);
        if (response.statusCode === 200) return response;
        response.destroy();
        await later(20);
      }
      throw new Error('streams of readers that are gone stay open');
    }
  });

  it('say when a run is saved', async () => {
    const response = await openStream(served.port);
    const versions: string[] = [];
    response.setEncoding('utf8').on('data', (text: string) => {
      versions.push(...[...text.matchAll(/data: (\w+)/g)].map(([, version]) => version as string));
    });
    while (versions.length < 1) await later(10);
    mkdirSync(join(folder, '.benchmarks', 'Linux-Node-24-64bit'), { recursive: true });
    writeFileSync(
      join(folder, '.benchmarks', 'Linux-Node-24-64bit', '0001_later.json'),
      JSON.stringify(runAt(20, shape)),
    );
    while (versions.length < 2) await later(20);
    expect(versions[1]).not.toBe(versions[0]);
    expect((await ask(served.port, '/runs')).body).toContain('0001_later');
    response.destroy();
  });
});

describe.each(nodesAtHand)('on Node $major', ({ node }) => {
  it('answers, has streams that end with their readers, and ends when it is interrupted', async () => {
    const server = await startServed(folder, [], { node });
    for (const path of pages) expect((await ask(server.port, path)).status).toBe(200);
    const responses = await Promise.all(Array.from({ length: 100 }, () => openStream(server.port)));
    expect((await ask(server.port, '/events')).status).toBe(503);
    for (const response of responses) response.destroy();
    while ((await openStream(server.port)).statusCode !== 200) await later(20);
    const { code, signal, stderr } = await server.stop();
    expect([code, signal, stderr]).toEqual([0, null, '']);
  });
});

describe('the command', () => {
  it('says in a line that the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    const { port } = taken.address() as { port: number };
    const { code, stdout, stderr } = await startCli(['serve', '--port', String(port)], { cwd: folder }).ended;
    taken.close();
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `benchmem: port ${port} of 127.0.0.1 is taken by another program\n  hint: pass another --port, or --port 0 for a free one\n`,
    });
  });

  it.each([
    [['--host', '192.0.2.1', '--port', '0'], '192.0.2.1 cannot be listened on'],
    [['--reference', 'nothing-like-it', '--port', '0'], '--reference: there is no run "nothing-like-it"'],
    [['nowhere', '--host', ''], '--host is empty'],
    [['a', 'b'], 'serve takes one STORAGE'],
    [['--port', '70000'], '--port must be a port from 0 to 65535, not "70000"'],
    [['--allow-host', 'http://x'], '--allow-host must be a name without a port'],
  ])('refuses %j', async (argv, message) => {
    const { code, stderr } = await startCli(['serve', ...argv], { cwd: folder }).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('starts without runs, and answers to a name that is allowed', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'serve-empty-'));
    const server = await startServed(empty, ['--allow-host', 'bench.example']);
    const named = await ask(server.port, '/', { headers: { Host: `bench.example:${server.port}` } });
    expect(named.body).toContain('No runs yet');
    const { code, stderr } = await server.stop();
    expect([code, stderr]).toEqual([0, '']);
    rmSync(empty, { recursive: true });
  });
});
