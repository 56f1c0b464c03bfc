// Files from elsewhere: what pytest-benchmark wrote through the years, groups of any type, other tools, other encodings.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { dimsOf } from '../../src/runfile/dims.js';
import { otherToolsFile } from '../../src/runfile/other-tools.js';
import { parseRunBytes, parseRunFile, type ReadWarning } from '../../src/runfile/read.js';
import { statsOf } from '../../src/runfile/table.js';
import { metricNamed } from '../../src/stats/metrics.js';

const stats = { min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5, rounds: 2 };

const fixture = (version: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/pytest-benchmark/${version}.json`, import.meta.url)));

function read(text: string | Buffer): {
  run: ReturnType<typeof parseRunFile>;
  warnings: readonly ReadWarning[];
} {
  const warnings: ReadWarning[] = [];
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return { run: parseRunBytes(bytes, 'run.json', (each) => warnings.push(each)), warnings };
}

function errorOf(text: string | Buffer): BenchmemError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof BenchmemError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const time = metricNamed('time') as NonNullable<ReturnType<typeof metricNamed>>;
const minima = (version: string) =>
  read(fixture(version)).run.benchmarks.map((each) => [each.fullname, statsOf(each, time)?.min]);

describe('a file of pytest-benchmark', () => {
  it('2.5 has neither params nor extra_info nor ops', () => {
    expect(minima('2.5')).toEqual([
      ['tests/test_sort.py::test_sort[0]', 2e-7],
      ['tests/test_sort.py::TestWait::test_wait', 1.5],
    ]);
    const { run, warnings } = read(fixture('2.5'));
    expect(run.benchmarks.map(({ group, extra_info: extra }) => [group, extra])).toEqual([
      [null, {}],
      ['slow', {}],
    ]);
    expect(warnings).toEqual([]);
  });

  it('3.2 has params, rounds, a commit without times and a CPU that is an object', () => {
    const { run, warnings } = read(fixture('3.2'));
    const [first, second] = run.benchmarks;
    expect([...dimsOf(first as never)]).toEqual([
      ['n', 10],
      ['how', 'fast'],
      ['rows', 3],
      ['node.module', 'tests/test_sort.py'],
      ['node.func', 'test_sort'],
      ['node.group', 'n=10'],
    ]);
    expect(first?.stats?.data).toEqual([0.001, 0.001, 0.002, 0.004]);
    expect(dimsOf(second as never).has('call')).toBe(false);
    expect(run.commit_info).toMatchObject({ id: 'unversioned', time: null });
    expect(warnings).toEqual([]);
  });

  it('4.0 may have a CPU that is a text, groups of any type, and bare NaN', () => {
    const text = fixture('4.0')
      .toString('utf8')
      .replace('"stddev": 0.125', '"stddev": NaN')
      .replace('"ops": 0.125', '"ops": Infinity');
    const { run, warnings } = read(text);
    expect(run.machine_info.cpu).toBe('Imaginary CPU');
    expect(run.benchmarks.map(({ group }) => group)).toEqual(['5', 'io, 2, true', null]);
    expect(statsOf(run.benchmarks[1] as never, time)).not.toHaveProperty('stddev');
    expect(warnings).toEqual([
      {
        code: 'NO_GROUP',
        subject: 'tests/test_group.py::test_object',
        message: 'its group in run.json is {"by":"size"}, which no text stands for, so it has none',
        hint: 'a group is a text, a number, a boolean or a list of those',
      },
    ]);
  });

  it('5.2 may hold the blobs of pytest-benchmem, also without times', () => {
    const { run, warnings } = read(fixture('5.2'));
    const peak = metricNamed('peak') as NonNullable<ReturnType<typeof metricNamed>>;
    expect(run.benchmarks.map((each) => statsOf(each, peak)?.min)).toEqual([undefined, 1024, 512]);
    expect(minima('5.2').map(([, min]) => min)).toEqual([0.001, 0.001, undefined]);
    expect(dimsOf(run.benchmarks[0] as never).get('what')).toBe('a::b');
    expect(dimsOf(run.benchmarks[0] as never).get('node.class')).toBe('TestSort');
    expect(dimsOf(run.benchmarks[1] as never).has('to')).toBe(false);
    expect(warnings).toEqual([]);
  });

  it('may give null for what it does not have', () => {
    const text = JSON.stringify({
      machine_info: null,
      commit_info: null,
      datetime: null,
      version: null,
      benchmarks: [{ name: 't', fullname: 'm.py::t', extra_info: null, stats }],
    });
    expect(read(text).run).toEqual({
      machine_info: {},
      commit_info: {},
      benchmarks: [{ name: 't', fullname: 'm.py::t', extra_info: {}, stats }],
    });
  });
});

describe('a group', () => {
  const groupOf = (json: string) => {
    const text = `{"benchmarks": [{"name": "t", "fullname": "m.py::t", "extra_info": {}, "group": ${json}, "stats": ${JSON.stringify(stats)}}]}`;
    const { run, warnings } = read(text);
    return [run.benchmarks[0]?.group, warnings.length, dimsOf(run.benchmarks[0] as never).get('node.group')];
  };

  it.each([
    ['5', '5'],
    ['5.0', '5'],
    ['-0.5', '-0.5'],
    ['true', 'true'],
    ['false', 'false'],
    ['"a"', 'a'],
    ['["a"]', 'a'],
    ['["a", 1, false]', 'a, 1, false'],
    ['"<b>\\u001b[2J"', '<b>\u001b[2J'],
  ])('%s is read as text', (json, text) => {
    expect(groupOf(json)).toEqual([text, 0, text]);
  });

  it.each(['null', '[]'])('%s is no group', (json) => {
    expect(groupOf(json)).toEqual([null, 0, undefined]);
  });

  it.each([
    '{}',
    '{"a": 1}',
    '[["a"]]',
    '[null]',
    '["a", {}]',
    'NaN',
    '[Infinity]',
    '"UNSERIALIZABLE[<object>]"',
  ])('%s is no group, and that is said', (json) => {
    expect(groupOf(json)).toEqual([null, 1, undefined]);
  });

  it('is cut in the warning', () => {
    const group = { a: 'x'.repeat(1000) };
    const text = JSON.stringify({ benchmarks: [{ name: 't', fullname: 't', group, stats }] });
    expect(read(text).warnings[0]?.message.length).toBeLessThan(200);
  });
});

describe('an encoding', () => {
  const text = JSON.stringify({ benchmarks: [{ name: 'ä', fullname: 'ä', stats }] });

  it.each<[string, Buffer, string]>([
    ['Latin-1', Buffer.from(text, 'latin1'), 'run.json: is not valid UTF-8'],
    [
      'a cut character',
      Buffer.from(text).subarray(0, Buffer.from(text).indexOf(0xa4)),
      'run.json: is not valid UTF-8',
    ],
    [
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('"'), Buffer.from([0xed, 0xa0, 0x80])]),
      'run.json: is not valid UTF-8',
    ],
    [
      'UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
      'run.json: is UTF-16 text, and a run file is UTF-8',
    ],
  ])('%s is one clear error', (_what, bytes, message) => {
    expect(errorOf(bytes)).toMatchObject({
      code: 'BAD_RUN_FILE',
      message,
      hint: 'save the file as UTF-8',
    });
  });

  it('that is UTF-8 is read', () => {
    expect(read(text).run.benchmarks[0]?.name).toBe('ä');
  });
});

const summary = { p75: 1, p99: 2, p995: 2, p999: 2, samples: [1], totalTime: 1, min: 1, max: 1 };
const tinyResult = {
  hz: 1,
  period: 1,
  mean: 1,
  variance: 0,
  sd: 0,
  sem: 0,
  df: 1,
  critical: 1,
  moe: 0,
  rme: 0,
};
const benchmarkJs = {
  name: 'a',
  hz: 100,
  stats: { moe: 0, rme: 0, sem: 0, deviation: 0, mean: 0.01, sample: [0.01], variance: 0 },
  times: { cycle: 1, elapsed: 1, period: 1, timeStamp: 1 },
};
const interval = {
  confidence_interval: { confidence_level: 0.95, lower_bound: 1, upper_bound: 2 },
  point_estimate: 1.5,
  standard_error: 0.1,
};
const cargoMessage = {
  reason: 'benchmark-complete',
  id: 'sort',
  report_directory: 'target/criterion',
  iteration_count: [1],
  measured_values: [1],
  unit: 'ns',
  throughput: [],
  typical: { estimate: 1, lower_bound: 1, upper_bound: 1, unit: 'ns' },
};

const others: readonly (readonly [tool: string, document: unknown])[] = [
  [
    'hyperfine',
    {
      results: [
        {
          command: 'sleep 1',
          mean: 1,
          stddev: null,
          median: 1,
          user: 0,
          system: 0,
          min: 1,
          max: 1,
          times: [1],
          exit_codes: [0],
        },
      ],
    },
  ],
  [
    'google-benchmark',
    {
      context: {
        date: '2024',
        host_name: 'box',
        num_cpus: 8,
        mhz_per_cpu: 2000,
        library_build_type: 'release',
      },
      benchmarks: [
        {
          name: 'BM_sort/8',
          run_name: 'BM_sort/8',
          iterations: 1,
          real_time: 1,
          cpu_time: 1,
          time_unit: 'ns',
        },
      ],
    },
  ],
  ['google-benchmark', { context: { num_cpus: 8, library_build_type: 'debug' }, benchmarks: [] }],
  [
    'vitest',
    {
      files: [
        {
          filepath: '/a/sort.bench.ts',
          groups: [
            {
              fullName: 'sort.bench.ts > sort',
              benchmarks: [{ id: '1_0', name: 'quick', rank: 1, ...tinyResult, ...summary }],
            },
          ],
        },
      ],
    },
  ],
  [
    'vitest',
    {
      numTotalTestSuites: 1,
      numPassedTestSuites: 1,
      numTotalTests: 1,
      success: true,
      startTime: 1,
      testResults: [{ assertionResults: [], status: 'passed', name: '/a.test.ts' }],
    },
  ],
  [
    'tinybench',
    [{ 'Task name': 'a', 'Latency avg (ns)': '1 ± 0%', 'Throughput avg (ops/s)': '1', Samples: 3 }],
  ],
  ['tinybench', [{ 'Task Name': 'a', 'ops/sec': '1', 'Average Time (ns)': 1, Margin: '±0%', Samples: 3 }]],
  ['tinybench', [{ name: 'a', runs: 3, result: { ...tinyResult, ...summary } }]],
  ['tinybench', { name: 'suite', tasks: [{ name: 'a', result: { ...tinyResult, ...summary } }] }],
  [
    'tinybench',
    [{ state: 'completed', runtime: 'node', latency: { mean: 1, rme: 0 }, throughput: { mean: 1, rme: 0 } }],
  ],
  [
    'mitata',
    {
      layout: [{ name: null, types: [] }],
      benchmarks: [
        { alias: 'a', group: 0, baseline: false, kind: 'static', args: {}, runs: [{ name: 'a', stats: {} }] },
      ],
      context: { arch: 'x64-linux', runtime: 'node', version: '24', cpu: { freq: 2, name: 'CPU' } },
    },
  ],
  [
    'mitata',
    {
      cpu: 'CPU',
      runtime: 'node 20',
      benchmarks: [
        { name: 'a', group: null, baseline: false, stats: { min: 1, max: 2, avg: 1, p75: 1, p99: 2 } },
      ],
    },
  ],
  [
    'criterion',
    { mean: interval, median: interval, median_abs_dev: interval, slope: null, std_dev: interval },
  ],
  ['criterion', cargoMessage],
  ['criterion', { sampling_mode: 'Linear', iters: [1], times: [1] }],
  [
    'asv',
    {
      commit_hash: '0123',
      env_name: 'virtualenv-py3.12',
      date: 1,
      params: { machine: 'box' },
      result_columns: ['result'],
      results: { 'sort.time_quick': [[1]] },
      version: 2,
    },
  ],
  [
    'asv',
    { version: 2, 'sort.time_quick': { code: 'def time_quick', name: 'sort.time_quick', param_names: [] } },
  ],
  ['benchmark.js', [benchmarkJs]],
  ['benchmark.js', benchmarkJs],
  ['benchmark.js', { 0: benchmarkJs, 1: benchmarkJs, length: 2, name: 'suite' }],
  ['benchmark.js', { benchmarks: [benchmarkJs] }],
];

describe('a file of another tool', () => {
  it.each(others)('of %s is refused by its name', (tool, document) => {
    const error = errorOf(JSON.stringify(document));
    expect(error.code).toBe('BAD_RUN_FILE');
    expect(error.message).toMatch(/^run\.json: is an? .*, and not a run file$/);
    expect(error.message).toContain(tool);
    expect(error.hint).toContain('benchmem run --json');
  });

  it('is known by the first of several messages, a line each', () => {
    const lines = `${JSON.stringify(cargoMessage)}\n${JSON.stringify({ reason: 'group-complete' })}\n`;
    expect(errorOf(lines).message).toBe('run.json: is a file of criterion, and not a run file');
  });

  it.each(['2.5', '3.2', '4.0', '5.2'])(
    'is none of pytest-benchmark %s, whatever else the file holds',
    (version) => {
      const document = JSON.parse(
        fixture(version)
          .toString('utf8')
          .replaceAll(/NaN|Infinity/g, '1'),
      );
      expect(otherToolsFile(document)).toBeUndefined();
      for (const [, other] of others) {
        if (Array.isArray(other)) continue;
        const mixed = { ...(other as object), ...document };
        expect(otherToolsFile(mixed)).toBeUndefined();
        expect(parseRunFile(JSON.stringify(mixed), 'run.json').benchmarks).toHaveLength(
          document.benchmarks.length,
        );
      }
    },
  );

  it.each<[string, unknown, string]>([
    [
      'a run without heads',
      {
        benchmarks: [
          { name: 'a', stats },
          { name: 'b', fullname: 'b' },
        ],
      },
      'fullname is missing',
    ],
    ['an empty object', {}, 'benchmarks is missing'],
    ['no benchmark at all', { context: {}, benchmarks: 5 }, 'benchmarks must be a list'],
    ['a list of numbers', [1, 2, 3, 4], 'benchmarks is missing'],
    ['a package', { name: 'a', version: '1.0.0', files: ['dist'] }, 'benchmarks is missing'],
    [
      'hostile names',
      JSON.parse('{"__proto__": {"results": []}, "results": [{"command": null}]}'),
      'benchmarks is missing',
    ],
  ])('is not %s', (_what, document, message) => {
    expect(errorOf(JSON.stringify(document)).message).toContain(message);
  });
});
