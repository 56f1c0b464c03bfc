// What a saved run keeps of its rounds, and that a reader takes a sample for what it is.
import { describe, expect, it } from 'vitest';
import { parseRunFile } from '../../src/runfile/read.js';
import { RunRecord } from '../../src/runfile/record.js';
import { sampleRounds } from '../../src/runfile/rounds.js';
import type { RunBenchmark, RunFile } from '../../src/runfile/schema.js';
import { isInShard } from '../../src/runfile/shards.js';
import { timingStats } from '../../src/stats/timing-stats.js';

const facts = { machine_info: {}, commit_info: {}, datetime: '2026-01-02T03:04:05Z', version: '1.2.3' };

function timed(rounds: number): RunBenchmark {
  const data = Array.from({ length: rounds }, (_, index) => index + 1);
  return { name: 'b', fullname: 'm.js::b', extra_info: {}, stats: { ...timingStats(data, 1), data } };
}

function statsOf(benchmark: RunBenchmark | undefined): NonNullable<RunBenchmark['stats']> {
  if (benchmark?.stats === undefined) throw new Error('the benchmark has no stats');
  return benchmark.stats;
}

const runOf = (...benchmarks: RunBenchmark[]): RunFile => ({ ...facts, benchmarks });

describe('a sample of rounds', () => {
  it('is evenly spaced from the first to the last, and no statistic changes', () => {
    const whole = timed(10_000);
    const [sampled] = sampleRounds(runOf(whole), 50).benchmarks;
    const { data = [], data_sampled_from: all, ...stats } = statsOf(sampled);
    const { data: _data, ...expected } = statsOf(whole);
    expect(stats).toEqual(expected);
    expect([data.length, all, data[0], data.at(-1)]).toEqual([50, 10_000, 1, 10_000]);
    const gaps = data.slice(1).map((value, index) => value - (data[index] ?? 0));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  });

  it.each([
    [51, 50, 50],
    [50, 50, undefined],
    [3, 50, undefined],
    [7, 1, 1],
    [7, 2, 2],
  ])('of %d rounds, %d kept', (rounds, most, kept) => {
    const [benchmark] = sampleRounds(runOf(timed(rounds)), most).benchmarks;
    const stats = benchmark?.stats;
    expect(stats?.data_sampled_from).toBe(kept === undefined ? undefined : rounds);
    expect(stats?.data).toHaveLength(kept ?? rounds);
    expect(new Set(stats?.data).size).toBe(kept ?? rounds);
  });

  it('of a sample still names the rounds that were measured', () => {
    const [benchmark] = sampleRounds(sampleRounds(runOf(timed(1000)), 50), 10).benchmarks;
    expect([benchmark?.stats?.data?.length, benchmark?.stats?.data_sampled_from]).toEqual([10, 1000]);
  });

  it('goes to the places that want one, and all rounds to the others', async () => {
    const written: [number | undefined, number | undefined][] = [];
    const place = (rounds?: number) => ({
      rounds,
      folder: '/',
      writer: {
        path: 'x',
        write: async ({ benchmarks }: RunFile) => {
          written.push([benchmarks[0]?.stats?.data?.length, benchmarks[0]?.stats?.data_sampled_from]);
        },
      },
    });
    const record = new RunRecord(facts, { kind: 'run', tags: {} }, [place(), place(50)]);
    await record.add(0, timed(600));
    expect(written).toEqual([
      [600, undefined],
      [50, 600],
    ]);
    expect(record.fileIn('/').benchmem).toEqual({
      schema: 1,
      complete: false,
      kind: 'run',
      tags: {},
      failures: [],
    });
  });
});

describe('a reader', () => {
  const parsed = (change: object) => {
    const benchmark = timed(4);
    return parseRunFile(
      JSON.stringify(runOf({ ...benchmark, stats: { ...benchmark.stats, ...change } as never })),
      'f',
    );
  };

  it('takes a sample that says what it is of', () => {
    expect(parsed({ data: [1, 4], data_sampled_from: 4 }).benchmarks[0]?.stats?.rounds).toBe(4);
  });

  it.each([
    ['of other rounds', { data: [1, 4], data_sampled_from: 5 }],
    ['that is larger than what it is of', { data: [1, 2, 3, 4, 5], data_sampled_from: 4 }],
    ['without a round', { data: [], data_sampled_from: 4 }],
    ['that is not there', { data: undefined, data_sampled_from: 4 }],
    ['of no number', { data: [1, 4], data_sampled_from: '4' }],
  ])('refuses a sample %s', (_what, change) => {
    expect(() => parsed(change)).toThrow(
      /f: benchmark "m.js::b": stats.*data_sampled_from|data_sampled_from/,
    );
  });

  it.each([
    ['kind', { kind: 'other' }, 'benchmem.kind must be one of run, measure, test, sweep'],
    ['shard', { shard: { index: 3, of: 2 } }, 'benchmem.shard has an index above its of'],
    ['shard', { shard: { index: 0, of: 2 } }, 'benchmem.shard.index must be at least 1'],
    ['shard', { shard: { index: 1.5, of: 2 } }, 'benchmem.shard.index must be whole'],
    ['shard', { shard: '1/2' }, 'benchmem.shard must be an object'],
  ])('refuses a wrong %s', (_what, state, message) => {
    const run = { ...runOf(timed(4)), benchmem: { schema: 1, complete: true, ...state } };
    expect(() => parseRunFile(JSON.stringify(run), 'f')).toThrow(message);
  });
});

describe('a shard', () => {
  // sha256('a') is ca978112..., sha256('b') 3e23e816..., sha256('é') 4a99557e..., each mod n, plus 1.
  it.each([
    ['a', 0xca978112],
    ['b', 0x3e23e816],
    ['é', 0x4a99557e],
  ])('of %j goes by the first 32 bits of its hash', (id, bits) => {
    for (const of of [1, 2, 3, 7, 100]) {
      const shards = Array.from({ length: of }, (_, place) => place + 1);
      expect(shards.filter((index) => isInShard(id, { index, of }))).toEqual([(bits % of) + 1]);
    }
  });
});
