// process.exit() with worker threads running: the observed program ends as it does without us, whatever the reporter is
// asking of its isolates at that moment.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, readReport, startExec } from './exec-process.js';
import { nodesAtHand } from './nodes-at-hand.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The shortest interval, so that a collection is asked for about as often as the budget allows.
const options = ['--interval', '100ms'];
const program = fixture('exits.cjs');

describe.each(nodesAtHand)('on Node $major', ({ major, node }) => {
  it('a collection that nobody served until the end is not made up for there', async () => {
    const json = join(folder, `${major}.json`);
    const { code, signal, stderr } = await startExec([...options, '--json', json], [node, program, 'blocked'])
      .ended;
    expect([code, signal, stderr]).toEqual([7, null, expect.stringContaining('benchmem: ')]);
    const snapshots = readReport(json).processes[0]?.snapshots ?? [];
    expect(snapshots.at(-1)?.kind).toBe('exit');
    // Of the wait for the worker: without it the test proves nothing.
    expect(snapshots.some(({ js }) => (js?.unanswered_isolates ?? 0) > 0)).toBe(true);
  });

  const count = 8;
  it.runIf(major === '20' || major === '24')(
    'at many moments, workers started and ended all the time',
    async () => {
      const { code, stdout, stderr } = await startExec(
        [...options, '--follow', '--output', '/dev/null'],
        [node, program, `${count}`],
      ).ended;
      expect([code, stdout, stderr]).toEqual([
        0,
        `${JSON.stringify({ count, others: [] })}\n`,
        expect.anything(),
      ]);
    },
  );
});
