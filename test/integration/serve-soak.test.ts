// The dashboard's server under load, observed by `benchmem exec`: pages, streams that come and go, runs that are saved. Its
// memory is flat. Some of it in the gate; BENCHMEM_FULL=1: two minutes, then two hours; BENCHMEM_SOAK_MINUTES=2: as long as that.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slugOf } from '../../src/cli/saved-runs.js';
import { methodOf } from '../../src/dashboard/board.js';
import { bin } from '../support/cli-process.js';
import { idAt, runAt, writeStorage } from '../support/saved-storage.mjs';
import { readReport, startExec } from './exec-process.js';

const asked = process.env.BENCHMEM_SOAK_MINUTES;
const sampled = process.env.BENCHMEM_FULL === '1' ? [2, 120] : [0.75];
const lengths = asked === undefined ? sampled : [Number(asked)];
const shape = { runs: 60, benchmarks: 20 };
/** What is no finding of growth: the last one says that it grows less and less. */
const flat = ['steady', 'released', 'one-load', 'slowing'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-soak-'));
  writeStorage(join(folder, '.benchmarks'), shape);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pages = [
  ...[
    '',
    '?metric=time',
    '?metric=allocations&q=parse',
    'runs',
    'compare',
    'compare?metric=time',
    'groups?group=param:n',
  ],
  ...['pairs?original=orig&reference=new', `b/${slugOf(idAt(1))}`, `b/${slugOf(idAt(2))}?metric=time`],
  ...[`m/${slugOf(methodOf(idAt(1)))}`, `r/${slugOf('Linux-Node-20-64bit/0003_main.json')}`, 'nowhere'],
];

/** Opens a stream, reads its first words, and leaves. */
function visit(port: string): Promise<void> {
  return new Promise((done, failed) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/events', agent: false }, (response) => {
      response.once('data', () => {
        response.destroy();
        done();
      });
    });
    request.once('error', failed);
  });
}

describe.each(lengths)('for %d minutes', (minutes) => {
  it(
    'the server keeps its memory',
    async () => {
      const json = join(folder, 'memory.json');
      const interval = `${Math.max(2, Math.round(minutes * 3))}s`;
      const running = startExec(
        ['--interval', interval, '--json', json],
        [process.execPath, bin, 'serve', join(folder, '.benchmarks'), '--port', '0'],
      );
      const port = (await running.printed(/http:\/\/127\.0\.0\.1:(\d+)\//))[1] ?? '';
      await running.printed(/Ctrl-C/);
      const saved = join(folder, '.benchmarks', 'Linux-Node-20-64bit', '0060_main.json');
      const until = Date.now() + minutes * 60_000;
      let requests = 0;
      for (let round = 0; Date.now() < until; round += 1) {
        for (const page of pages) {
          const answer = await fetch(`http://127.0.0.1:${port}/${page}`);
          await answer.text();
          expect(answer.status).toBe(page === 'nowhere' ? 404 : 200);
          requests += 1;
        }
        await Promise.all(Array.from({ length: 10 }, () => visit(port)));
        // As large as before, and another run: what is shown is made anew.
        if (round % 5 === 0) writeFileSync(saved, JSON.stringify(runAt(60 + (round % 2), shape)));
      }
      running.child.kill('SIGINT');
      const { code, stderr } = await running.ended;
      const [server] = readReport(json).processes;
      expect([code, server?.verdict.kind, requests > pages.length], stderr).toEqual([
        0,
        expect.toBeOneOf(flat),
        true,
      ]);
    },
    (minutes + 4) * 60_000,
  );
});
