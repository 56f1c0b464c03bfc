// What processes that run tests write, as it is read: hostile lines are counted, a crash names its test, the last try stands.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSpoolLine, type TestFacts, type TestRecord } from '../../src/testing/record.js';
import { readSpool, Spool } from '../../src/testing/spool.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function recordOf(id: string, facts: Partial<TestFacts> = {}): TestRecord {
  return {
    id,
    figures: { peak_bytes: 10_000_000, allocations: 10 },
    test: {
      runner: 'vitest',
      runner_version: '5.1.2',
      file: 'src/a.test.ts',
      outcome: 'passed',
      limits: {},
      exceeded: [],
      pid: 1,
      order: 1,
      retry: 0,
      ...facts,
    },
  };
}

describe('a line', () => {
  it('comes back as it was written', () => {
    const full = recordOf('a::b', {
      outcome: 'leak',
      tier: 'full',
      line: 12,
      limits: { peak_bytes: 24e6 },
      exceeded: ['peak_bytes'],
      leak: { is_leak: true, native_per_call: 100, js_per_call: 0, rounds: 12, calls: 1140, noisy: false },
      sites: [{ stack: ['inner', 'outer'], bytes: 100, count: 1 }],
    });
    expect(parseSpoolLine(JSON.stringify(full))).toEqual(full);
  });

  const refused: ReadonlyArray<readonly [string, string]> = [
    ['text that is cut short', JSON.stringify(recordOf('a')).slice(0, 60)],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['an object of nothing', '{}'],
    ['a figure that is text', JSON.stringify({ ...recordOf('a'), figures: { peak_bytes: '10' } })],
    ['a figure that is null', JSON.stringify({ ...recordOf('a'), figures: { peak_bytes: null } })],
    ['figures that are a list', JSON.stringify({ ...recordOf('a'), figures: [] })],
    ['an id that is not text', JSON.stringify({ ...recordOf('a'), id: 7 })],
    ['an outcome that does not exist', JSON.stringify({ ...recordOf('a'), test: { outcome: 'lost' } })],
    ['limits that are text', JSON.stringify(recordOf('a', { limits: 'none' as never }))],
    ['a start without a pid', '{"started":"a","order":1}'],
    ['a worker that is text', '{"worker":"me"}'],
  ];
  it.each(refused)('is refused for %s', (_what, line) => {
    expect(parseSpoolLine(line)).toBeUndefined();
  });
});

describe('a spool', () => {
  it('joins what several processes wrote', () => {
    for (const pid of [1, 2]) {
      const spool = new Spool(folder, pid);
      spool.write({ worker: { pid, runner: 'jest', runner_version: '30.5.2', environment: {} } });
      spool.write({ started: `a::${pid}`, pid, order: 1 });
      spool.write(recordOf(`a::${pid}`, { pid }));
    }
    const { records, open, workers, unreadable } = readSpool(folder);
    expect(records.map(({ id }) => id)).toEqual(['a::1', 'a::2']);
    expect(workers.map(({ pid }) => pid)).toEqual([1, 2]);
    expect([open, unreadable]).toEqual([[], []]);
  });

  it('names the test that was open when its process ended, and not the one of another process', () => {
    const spool = new Spool(folder, 7);
    spool.write({ started: 'a::done', pid: 7, order: 1 });
    spool.write(recordOf('a::done', { pid: 7 }));
    spool.write({ started: 'a::crash', pid: 7, order: 2 });
    new Spool(folder, 8).write(recordOf('a::crash', { pid: 8 }));
    expect(readSpool(folder).open).toEqual([{ started: 'a::crash', pid: 7, order: 2 }]);
  });

  it('keeps the last try of a test, whichever file has it', () => {
    new Spool(folder, 1).write(recordOf('a::b', { pid: 1, retry: 2 }));
    new Spool(folder, 2).write(recordOf('a::b', { pid: 2, retry: 1, outcome: 'failed' }));
    expect(readSpool(folder).records.map(({ test }) => test.retry)).toEqual([2]);
  });

  it('counts lines that cannot be read, by file and line, and reads the others', () => {
    new Spool(folder, 1).write(recordOf('a::b'));
    appendFileSync(join(folder, '1.jsonl'), '\u001b[31mnoise\n\n{"started":\n');
    new Spool(folder, 1).write(recordOf('a::c'));
    mkdirSync(join(folder, '2.jsonl'));
    writeFileSync(join(folder, 'notes.txt'), 'not a line of ours\n');
    const { records, unreadable } = readSpool(folder);
    expect(records.map(({ id }) => id)).toEqual(['a::b', 'a::c']);
    expect(unreadable).toEqual([
      { file: join(folder, '1.jsonl'), line: 2 },
      { file: join(folder, '1.jsonl'), line: 4 },
      { file: join(folder, '2.jsonl') },
    ]);
  });

  it('says where it could not write', () => {
    const spool = new Spool(join(folder, 'missing'), 1);
    expect(() => spool.write(recordOf('a::b'))).toThrow(
      expect.objectContaining({ code: 'CANNOT_WRITE', message: expect.stringContaining('1.jsonl') }),
    );
  });
});
