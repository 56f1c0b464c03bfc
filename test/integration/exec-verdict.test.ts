// Three servers under a bounded load: one leaks native memory, one leaks objects, one fragments the system's
// allocator. The summary tells them apart, and says of a healthy one that nothing grows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testAddon } from '../../scripts/lib/measured-child.mjs';
import { fixture, readReport, reportWith, startExec } from './exec-process.js';
import { nodesAtHand } from './nodes-at-hand.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const batches = 6;
const requestsPerBatch = 8;
const mebibyte = 1024 * 1024;

/** Takes a snapshot after each batch of requests; answers the server's report. */
async function serve(node: string, kind: string) {
  const json = join(folder, `${kind}-${Math.random()}.json`);
  const command = [node, '--expose-gc', fixture('server.cjs'), kind, testAddon('probe')];
  const running = startExec(['--no-interval', '--collect', '--json', json], command);
  const port = (await running.printed(/listening on (\d+)/))[1];
  for (let batch = 1; batch <= batches; batch += 1) {
    for (let request = 0; request < requestsPerBatch; request += 1) {
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
    }
    if (kind === 'fragments' || kind === 'objects')
      await (await fetch(`http://127.0.0.1:${port}/settle`)).text();
    running.child.kill('SIGUSR2');
    await reportWith(json, running, ({ processes }) => processes[0]?.snapshots.length === batch + 1);
  }
  await (await fetch(`http://127.0.0.1:${port}/stop`)).text();
  const { code, stdout, stderr } = await running.ended;
  expect([code, stdout]).toEqual([0, `listening on ${port}\nserved ${batches * requestsPerBatch}\n`]);
  const [process] = readReport(json).processes;
  if (process === undefined) throw new Error(stderr);
  return { ...process, summary: stderr.replaceAll(/\n +/g, ' ') };
}

describe.concurrent.each(nodesAtHand)('on Node $major', ({ node }) => {
  it('calls a native leak one, and names the addon', async () => {
    const { verdict, snapshots, summary } = await serve(node, 'native');
    expect(verdict.kind).toBe('native-leak');
    expect(verdict.sentence).toMatch(
      /^It looks like a native leak: .* allocated by probe\.node\. Resident memory went from/,
    );
    expect(summary).toContain(verdict.sentence.slice(0, 60));
    const leaked = batches * requestsPerBatch * 256 * 1024;
    const probe = snapshots.at(-1)?.objects?.find(({ object }) => object.endsWith('probe.node'));
    expect(probe?.live_bytes).toBeGreaterThanOrEqual(leaked);
    expect(probe?.live_bytes).toBeLessThan(leaked + 64 * 1024);
  });

  it('calls a leak of objects one', async () => {
    const { verdict } = await serve(node, 'objects');
    expect(verdict.kind).toBe('js-growth');
    expect(verdict.sentence).toMatch(/JavaScript (objects|heap)/);
  });

  it('calls fragmentation so', async () => {
    const { verdict, snapshots } = await serve(node, 'fragments');
    expect(verdict.kind).toBe('fragmentation');
    expect(verdict.sentence).toMatch(/^It looks like fragmentation: /);
    const { allocator, program } = snapshots.at(-2) ?? {};
    expect(allocator?.free_bytes).toBeGreaterThan(32 * mebibyte);
    expect(program?.live_bytes).toBeLessThan(16 * mebibyte);
  });

  it('says of a healthy one that nothing grows', async () => {
    const { verdict } = await serve(node, 'healthy');
    expect(verdict.kind).toBe('steady');
  });
});
