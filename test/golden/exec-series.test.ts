// Series that were recorded from live programs, each with the finding and the sentence that it must have.
// A series is recorded by scripts/record-exec-series.mjs; its finding is read before it is kept.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countedSnapshots } from '../../src/exec/counted.js';
import type { Snapshot } from '../../src/exec/snapshot.js';
import { verdictOf } from '../../src/exec/verdict.js';

interface Series {
  readonly node: string;
  readonly kind: string;
  readonly sentence: string;
  readonly snapshots: readonly Snapshot[];
}

const folder = fileURLToPath(new URL('./exec-series', import.meta.url));
const series = readdirSync(folder).map((file) => {
  const read = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Series;
  return { name: file.replace('.json', ''), ...read };
});
const judge = ({ node }: Series, snapshots: readonly Snapshot[]) =>
  verdictOf({
    header: { kind: 'process', pid: 1, parentPid: 0, command: ['node'], node, v8: '' },
    snapshots,
  });

describe('a recorded series', () => {
  it.each(series)('$name: $kind', (recorded) => {
    const { kind, sentence, account } = judge(recorded, recorded.snapshots);
    expect([kind, sentence]).toEqual([recorded.kind, recorded.sentence]);
    if (account === undefined) return;
    const growth = account.toBytes - account.fromBytes;
    const named = account.parts.reduce((sum, { bytes }) => sum + bytes, 0) + account.unexplainedBytes;
    expect(Math.abs(growth - named)).toBeLessThanOrEqual(growth * 0.2);
  });

  it.each(series)('$name: cut to three snapshots it cannot tell', (recorded) => {
    const three = countedSnapshots(recorded.snapshots).slice(0, 3);
    expect(judge(recorded, three).kind).toBe('cannot-tell');
  });
});
