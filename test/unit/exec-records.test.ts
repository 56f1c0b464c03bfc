// What the command reads of observed processes: each line once, at most so many snapshots kept, both ends among them.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptSnapshots, mostKept } from '../../src/exec/kept-snapshots.js';
import { RecordsReader } from '../../src/exec/records-reader.js';
import { record, snapshot } from './exec-support/hand-made-series.js';

describe('the snapshots that are kept', () => {
  function keep(count: number, collectedEvery = 0): KeptSnapshots {
    const kept = new KeptSnapshots();
    for (let at = 0; at < count; at += 1) {
      const collected = collectedEvery > 0 && at % collectedEvery === 0;
      kept.add(snapshot({ kind: at === 0 ? 'start' : 'interval', ...(collected && { collected: 4 }) }, at));
    }
    return kept;
  }

  it('are all of them while they are few', () => {
    expect(
      keep(500)
        .list()
        .map(({ at_ms }) => at_ms),
    ).toEqual(Array.from({ length: 500 }, (_, at) => at * 1000));
  });

  it.each([999, 1000, 1001, 1500, 2500, 10_000, 40_000])('are bounded of %d, with both ends', (count) => {
    const kept = keep(count);
    const list = kept.list();
    expect(kept.seen).toBe(count);
    expect(list.length).toBeLessThanOrEqual(mostKept + 2);
    expect(list.length).toBeGreaterThanOrEqual(Math.min(count, mostKept / 2 - 1));
    expect([list[0]?.at_ms, list.at(-1)?.at_ms]).toEqual([0, (count - 1) * 1000]);
    const gaps = list.slice(1).map(({ at_ms }, index) => at_ms - (list[index]?.at_ms ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(((count * 1000) / list.length) * 4 + 2000);
  });

  it('are those with a collection where only every other one has it', () => {
    const list = keep(5000, 2).list().slice(1, -2);
    expect(list.filter(({ js }) => js?.collected !== true)).toEqual([]);
  });
});

describe('the reader', () => {
  let folder: string;
  let reader: RecordsReader;
  const header = JSON.stringify(record().header);
  const line = (at: number) => JSON.stringify(snapshot({ native: at }, at));
  const append = (text: string, name = '7.jsonl') => appendFileSync(join(folder, name), text);
  const times = () => reader.records().map(({ snapshots }) => snapshots.map(({ at_ms }) => at_ms));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
    reader = new RecordsReader(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('goes on where it stopped, within a line and within a letter too', () => {
    expect([reader.update(), reader.records()]).toEqual([false, []]);
    const bytes = Buffer.from(`${header.replace('x.js', 'ä€😀.js')}\n${line(1)}\n${line(2)}\n`);
    for (let at = 0; at < bytes.length; at += 7) {
      appendFileSync(join(folder, '7.jsonl'), bytes.subarray(at, at + 7));
      reader.update();
    }
    expect(times()).toEqual([[1000, 2000]]);
    expect(reader.records()[0]?.header.command[1]).toBe('ä€😀.js');
    expect(reader.update()).toBe(false);
  });

  it('leaves out a line that is torn, a last one that is not whole, and files that are no record', () => {
    append(`${header}\n${line(1)}\n{"kind":"inter\n${line(3)}\n${line(4).slice(0, 20)}`);
    append('{"kind"', '8.jsonl');
    append('anything', 'trial');
    reader.update();
    expect(times()).toEqual([[1000, 3000]]);
  });

  it('reads more than one chunk', () => {
    append(`${header}\n`);
    for (let at = 1; at <= 300; at += 1) append(`${line(at)}\n`);
    expect(reader.update()).toBe(true);
    expect(times()[0]).toHaveLength(300);
  });
});
