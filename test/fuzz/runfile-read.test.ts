// The reader against broken bytes: a run whose every benchmark can be asked for its dims and figures, or one error that
// names the file. The damage is drawn from a fixed seed, so that a failure comes back.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { dimsOf } from '../../src/runfile/dims.js';
import { otherToolsFile } from '../../src/runfile/other-tools.js';
import { parseRunBytes, parseRunFile } from '../../src/runfile/read.js';
import { statsOf } from '../../src/runfile/table.js';
import { metrics } from '../../src/stats/metrics.js';

type Random = (below: number) => number;

function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const folder = fileURLToPath(new URL('../fixtures/pytest-benchmark', import.meta.url));
const whole = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
const pick = <Item>(items: readonly Item[], random: Random) => items[random(items.length)] as Item;

const pieces = [
  'NaN',
  '-Infinity',
  'null',
  '{}',
  '[]',
  '""',
  '"',
  '\\',
  '\\ud800',
  '\u0000',
  '\uFEFF',
  '1e999',
  '-0',
  '__proto__',
  'constructor',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '::',
  'UNSERIALIZABLE[',
  '\u001b[2J',
];

function damage(bytes: Buffer, random: Random): Buffer {
  let broken = Buffer.from(bytes);
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(broken.length + 1);
    const until = Math.min(broken.length, at + random(12));
    const middle = pick(
      [Buffer.alloc(0), Buffer.from(pick(pieces, random)), Buffer.from([random(256)])],
      random,
    );
    broken = Buffer.concat([broken.subarray(0, at), middle, broken.subarray(until)]);
  }
  return broken;
}

const odd: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u001b',
  [],
  [1],
  ['x'],
  [[]],
  {},
  { a: 1 },
];

// The same document with the value at one place exchanged.
function exchange(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random(5) === 0) return pick(odd, random);
  const keys = Object.keys(value);
  if (keys.length === 0) return pick(odd, random);
  const key = pick(keys, random);
  const inner = exchange((value as Record<string, unknown>)[key], random);
  if (!Array.isArray(value)) return { ...value, [key]: inner };
  return value.map((item, index) => (String(index) === key ? inner : item));
}

function readOrRefuse(bytes: Buffer): 'read' | 'refused' {
  try {
    const run = parseRunBytes(bytes, 'run.json', ({ code, message }) =>
      expect([code, message]).not.toContain(''),
    );
    for (const benchmark of run.benchmarks) {
      expect(typeof benchmark.group === 'string' || benchmark.group == null).toBe(true);
      dimsOf(benchmark);
      for (const metric of metrics) statsOf(benchmark, metric);
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    expect(error).toMatchObject({ code: 'BAD_RUN_FILE', message: expect.stringMatching(/^run\.json: /) });
    expect(error.hint).not.toBe('');
    return 'refused';
  }
}

describe('the reader', () => {
  it('reads or refuses what is damaged, and says why', () => {
    const random = randomOf(12);
    const ends = { read: 0, refused: 0 };
    for (let round = 0; round < 4000; round += 1)
      ends[readOrRefuse(damage(pick(whole, random), random))] += 1;
    expect(Math.min(ends.read, ends.refused)).toBeGreaterThan(100);
  });

  it('reads or refuses JSON of another shape, and says why', () => {
    const random = randomOf(5);
    const documents = whole.map((bytes) =>
      JSON.parse(bytes.toString('utf8').replaceAll(/NaN|Infinity/g, '1')),
    );
    const ends = { read: 0, refused: 0 };
    for (let round = 0; round < 4000; round += 1) {
      const text = JSON.stringify(exchange(pick(documents, random), random)) ?? '';
      ends[readOrRefuse(Buffer.from(text))] += 1;
    }
    expect(Math.min(ends.read, ends.refused)).toBeGreaterThan(100);
  });

  it('reads every file of the shape that pytest-benchmark writes', () => {
    const random = randomOf(7);
    for (let round = 0; round < 1000; round += 1) {
      const count = random(5);
      const file = pytestFile(count, random);
      expect(otherToolsFile(file)).toBeUndefined();
      const run = parseRunFile(JSON.stringify(file), 'run.json');
      expect(run.benchmarks.map(({ fullname }) => fullname)).toEqual(
        file.benchmarks.map(({ fullname }) => fullname),
      );
    }
  });
});

const maybe = (entries: object, random: Random) => (random(2) === 0 ? entries : {});

function pytestFile(count: number, random: Random) {
  const benchmarks = Array.from({ length: count }, (_, index) => ({
    name: `test_${index}`,
    fullname: `tests/test_a.py::test_${index}`,
    ...maybe({ group: pick([null, 'a', 5, true, ['a', 1]], random) }, random),
    ...maybe(
      { params: pick([null, { n: 1, context: 'x' }], random), param: pick([null, '1'], random) },
      random,
    ),
    ...maybe({ extra_info: pick([{}, { hz: 1, times: [1], command: 'x' }], random) }, random),
    ...maybe({ options: { timer: 'perf_counter', warmup: false } }, random),
    stats: {
      ...{ min: 1, max: 2, mean: 1.5, stddev: 0, rounds: 1, median: 1, iqr: 0, q1: 1, q3: 1, iterations: 1 },
      ...maybe({ ld15iqr: 1, hd15iqr: 1, outliers: '0;0', stddev_outliers: 0, iqr_outliers: 0 }, random),
      ...maybe({ ops: 1, total: 1 }, random),
      ...maybe({ data: [1, 2] }, random),
    },
  }));
  return {
    machine_info: pick([{}, { cpu: 'x' }, { cpu: { brand: 'x' } }, { runtime: 'x', context: {} }], random),
    commit_info: pick(
      [
        { id: 'x', dirty: false },
        { id: 'unknown', error: 'x', time: null },
      ],
      random,
    ),
    ...maybe({ datetime: '2020-01-01T00:00:00' }, random),
    ...maybe({ version: pick(['2.5.0', '3.2.3', '5.2.3'], random) }, random),
    // What people add by pytest-benchmark's hooks.
    ...maybe(
      pick<object>(
        [
          { results: [{ command: 'x', mean: 1, times: [1] }] },
          { context: { num_cpus: 1 } },
          { commit_hash: 'x', results: {} },
        ],
        random,
      ),
      random,
    ),
    benchmarks,
  };
}
