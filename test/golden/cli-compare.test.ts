// `benchmem compare`, `export` and `merge` as they are typed: documents, tables, refusals, and text from outside.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, benchmark } from '../unit/compare-support.js';
import { type CliAnswer, type FakeWorld, runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-compare-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function write(name: string, benches: readonly Bench[], top: object = {}): string {
  writeFileSync(
    join(cwd, name),
    JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: benches.map(benchmark), ...top }),
  );
  return name;
}

function cli(argv: readonly string[], world: FakeWorld = {}): Promise<CliAnswer> {
  return runFake(argv, { cwd, ...world });
}

async function document(argv: readonly string[]) {
  const { stdout, stderr } = await cli(['compare', ...argv, '--format', 'json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

const peakOnly = ['--columns', 'peak', '--stat', 'min'];
const evil = [
  'red\u001b[31m',
  'title\u001b]0;owned\u0007',
  'csi\u009b2J',
  'line\nbreak\r',
  'rtl\u202egnp.exe\u2066',
  'zero\u200bwidth\ufeff',
  'separator\u2028\u2029',
  '| `pipe` | <b>& [x](y) @team #1 :smile: ![i](j)',
  '::error::boom',
  '##[command]boom',
  '=HYPERLINK("http://x")',
  '+1+1',
  '-2',
  '@SUM(A1)',
  '\ttab',
  '__proto__',
];
const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

beforeAll(() => {
  const benches = (factor: number): Bench[] => [
    {
      id: 'm.js::io::read[small-1]',
      peak: [1000 * factor],
      time: [0.001 * factor],
      group: 'io',
      params: { size: 'small', n: 1 },
      extra: { rows: 1234, kind: 'a|b' },
    },
    {
      id: 'm.js::io::read[large-1]',
      peak: [3000 * factor, 3100 * factor],
      time: [0.003],
      group: 'io',
      params: { size: 'large', n: 1 },
      extra: { rows: 5, kind: true },
    },
    { id: 'm.js::cpu::sort', peak: [2000], allocations: [7], time: [0.002 * factor], group: 'cpu' },
  ];
  write('base.json', benches(1));
  write('head.json', [...benches(1.25), { id: 'm.js::fresh', peak: [5] }]);
  write('memory.json', [{ id: 'm.js::io::read[small-1]', peak: [900] }]);
  write(
    'hostile-a.json',
    evil
      .map((id) => ({ id: `m::${id}`, peak: [1000], extra: { note: id } }))
      .concat(evil.map((id) => ({ id, peak: [1000], extra: { note: id } }))),
  );
  write(
    'hostile-b.json',
    evil.map((id) => ({ id, peak: [2000], extra: { note: id } })),
    {
      benchmem: {
        schema: 1,
        complete: true,
        failures: [{ fullname: `failed ${evil.join(' ')}`, step: evil[0] }],
      },
    },
  );
});

beforeAll(() => {
  write(
    'hostile-c.json',
    evil.map((id) => ({ id, peak: [9000] })),
  );
});

describe('compare', () => {
  it.each<[string, string[], FakeWorld]>([
    ['compare-table-120', ['base.json', 'head.json', '--stat', 'min'], { isTerminal: true, columns: 120 }],
    [
      'compare-table-40',
      ['base.json', 'head.json', '--stat', 'min,max', '--group-by', 'group'],
      { isTerminal: true, columns: 40 },
    ],
    [
      'compare-diff-80',
      ['base.json', 'head.json', '--diff', '--group-by', '', '--fail-on', 'peak:10%'],
      { isTerminal: true, columns: 80 },
    ],
    ['compare-diff-30', ['base.json', 'head.json', '--diff'], { isTerminal: true, columns: 30 }],
    [
      'compare-color',
      ['base.json', 'head.json', '--stat', 'min', '--group-by', 'group', '--fail-on', 'peak:10%'],
      { color: true },
    ],
    [
      'compare-md',
      ['base.json', 'head.json', '--stat', 'min', '--format', 'md', '--fail-on', 'peak:10%'],
      {},
    ],
    [
      'compare-one-run',
      ['base.json', '--columns', 'peak,time,extra:rows,extra:kind', '--stat', 'min', '--group-by', ''],
      { unlimited: true },
    ],
    ['compare-pivot', ['base.json', '--pivot', 'size', ...peakOnly], { unlimited: true }],
    ['compare-pivot-diff', ['base.json', '--pivot', 'size', '--diff'], { unlimited: true }],
    [
      'compare-hostile',
      ['hostile-a.json', 'hostile-b.json', ...peakOnly, '--fail-on', 'peak:10%'],
      { columns: 80 },
    ],
    [
      'compare-hostile-md',
      [
        'hostile-a.json',
        'hostile-b.json',
        '--columns',
        'peak,extra:note',
        '--stat',
        'min',
        '--format',
        'md',
        '--fail-on',
        'peak:10%',
      ],
      {},
    ],
  ])('%s', async (name, argv, world) => {
    const { code, stdout, stderr } = await cli(['compare', ...argv], world);
    expect([0, 1]).toContain(code);
    expectGolden(name, `${stdout}--- stderr, exit ${code}\n${stderr}`);
    if (world.isTerminal)
      expect(stdout.split('\n').every((line) => line.length <= (world.columns ?? 80))).toBe(true);
  });

  it('has a document of the agreed shape', async () => {
    const answer = await document([
      'base.json',
      'memory.json',
      '--columns',
      'peak,extra:rows',
      '--stat',
      'min',
      '--where',
      'n=1',
      '--fail-on',
      'peak:0%',
    ]);
    expect(answer).toEqual({
      kind: 'table',
      groups: [
        {
          title: 'm.js::io::read[large-1]',
          columns: [
            { metric: 'peak', stat: 'min', unit: 'KiB', factor: 1024 },
            { metric: 'extra:rows', stat: null, unit: '', factor: 1 },
          ],
          rows: [
            {
              id: 'm.js::io::read[large-1]',
              series: 'base',
              cells: [
                { value: 3000, text: '2.93', multiplier: '(1.0)', rank: 'green' },
                { value: 5, text: '5', multiplier: null, rank: null },
              ],
            },
          ],
        },
        expect.objectContaining({ title: 'm.js::io::read[small-1]' }),
      ],
      gate: null,
      warnings: [
        {
          code: 'NOTHING_SHOWN',
          subject: 'memory',
          message: 'it has no peak or extra:rows, and no row',
          hint: 'choose other --columns',
        },
      ],
    });
  });

  it.each<[string, string[], string[]]>([
    ['a dim', ['--where', 'size=small'], ['m.js::io::read[small-1]']],
    ['a word', ['--where', 'group=cpu'], ['m.js::cpu::sort']],
    ['all of several', ['--where', 'class=io', '--where', 'rows=5'], ['m.js::io::read[large-1]']],
    ['a boolean', ['--where', 'kind=true'], ['m.js::io::read[large-1]']],
    ['a number as others write it', ['--where', 'rows=5.0'], ['m.js::io::read[large-1]']],
    ['a name', ['--where', 'name=sort'], ['m.js::cpu::sort']],
  ])('--where takes %s', async (_what, flags, titles) => {
    const { groups } = await document(['base.json', ...peakOnly, ...flags]);
    expect(groups.map(({ title }: { title: string }) => title)).toEqual(titles);
  });

  it('--where param:NAME is the dim where it is called like a word', async () => {
    write('word.json', [
      { id: 'm::a', peak: [1], group: 'x', params: { group: 'y' } },
      { id: 'm::b', peak: [1], group: 'y' },
    ]);
    const byWord = await document(['word.json', ...peakOnly, '--where', 'group=y']);
    const byParam = await document(['word.json', ...peakOnly, '--where', 'param:group=y']);
    expect([byWord.groups[0].title, byParam.groups[0].title]).toEqual(['m::b', 'm::a']);
  });

  it('--label names the series, in tables and in CSV', async () => {
    await cli([
      'compare',
      'base.json',
      'head.json',
      '-l',
      'old',
      '-l',
      'new',
      ...peakOnly,
      '--csv',
      'out.csv',
    ]);
    expect(readFileSync(join(cwd, 'out.csv'), 'utf8').split('\n')[0]).toBe('id,peak:min:old,peak:min:new');
  });

  it('marks peaks that hold all garbage in tables and markdown, and nowhere else', async () => {
    const blob = { near_live: { slack_bytes: 1, forced_gcs: 0 }, js_total_bytes: [5] };
    write('garbage.json', [{ id: 'g', peak: [1000], blob }]);
    const argv = ['compare', 'garbage.json', ...peakOnly, '--csv', 'garbage.csv'];
    expect((await cli(argv)).stdout).toContain('~1,000');
    expect((await cli([...argv, '--format', 'md'])).stdout).toContain('~1,000');
    expect((await cli([...argv, '--format', 'json'])).stdout).not.toContain('~');
    expect(readFileSync(join(cwd, 'garbage.csv'), 'utf8')).not.toContain('~');
  });

  it('says which run has nothing of what is shown', async () => {
    write('timed.json', [{ id: 'm.js::cpu::sort', time: [1] }]);
    const { groups, warnings } = await document(['base.json', 'timed.json', ...peakOnly]);
    expect(groups).toHaveLength(3);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'NOTHING_SHOWN',
        subject: 'timed',
        message: 'it has no peak, and no row',
      }),
    ]);
    expect((await document(['base.json', 'timed.json'])).warnings).toEqual([]);
  });

  it('shows the comparison even where the gate is refused, with exit code 2', async () => {
    const { code, stdout, stderr } = await cli(['compare', 'base.json', 'head.json', '--fail-on', 'rss:1%']);
    expect([code, stdout.includes('m.js::cpu::sort'), stderr.split('\n')[0]]).toEqual([
      2,
      true,
      'benchmem: no benchmark carries rss in both runs: this gate could never fire',
    ]);
  });

  it('prints and writes nothing where a threshold does not parse', async () => {
    const argv = [
      'compare',
      'base.json',
      'head.json',
      '--csv',
      'never.csv',
      '--fail-on',
      'peak:10%',
      '--fail-on',
      'peak:ten',
    ];
    const { code, stdout } = await cli(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(() => readFileSync(join(cwd, 'never.csv'))).toThrow('ENOENT');
    expect((await cli(['compare', 'gone.json', '--fail-on', 'peak:ten'])).stderr).toContain('ten is not');
  });
});

describe('text from outside', () => {
  const argv = [
    'compare',
    'hostile-a.json',
    'hostile-b.json',
    '--columns',
    'peak,extra:note',
    '--stat',
    'min',
    '--fail-on',
    'peak:10%',
  ];

  it.each(['table', 'md', 'json'])('leaves %s without terminal control or commands', async (format) => {
    const { stdout, stderr } = await cli([...argv, '--format', format], { columns: 80 });
    for (const line of [...stdout.split('\n'), ...stderr.split('\n')]) {
      expect(line).not.toMatch(raw);
      expect(line).not.toMatch(/^\s*(::|##\[)/);
    }
    if (format === 'json') {
      expect(JSON.parse(stdout).groups.map(({ title }: { title: string }) => title)).toEqual(
        expect.arrayContaining(evil),
      );
    }
  });

  it('makes no table row of markdown longer or shorter', async () => {
    const { stdout } = await cli([...argv, '--format', 'md']);
    const cells = stdout
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.replace(/\\\|/g, '').split('|').length);
    expect(new Set(cells)).toEqual(new Set([5]));
  });

  it('is data in CSV, and no formula', async () => {
    await cli([...argv, '--csv', 'hostile.csv']);
    const text = readFileSync(join(cwd, 'hostile.csv'), 'utf8');
    const cells = [...text.matchAll(/(?:^|,|\n)(?:"((?:[^"]|"")*)"|([^,\n"]*))/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    );
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells).toEqual(
      expect.arrayContaining(["'-2", "'+1+1", "'\ttab", `'=HYPERLINK(""http://x"")`, 'line\nbreak\r']),
    );
  });
});

describe('on GitHub', () => {
  const gated = ['--columns', 'peak', '--fail-on', 'peak:10%', '--fail-on-missing'];

  it('annotates what fails on standard error, and adds the comparison to the job summary', async () => {
    const summary = join(cwd, 'summary.md');
    writeFileSync(summary, 'before\n');
    write('sourced-a.json', [
      { id: 'm.js::a', peak: [10] },
      { id: 'm.js::gone', peak: [1] },
    ]);
    write('sourced-b.json', [
      { id: 'm.js::a', peak: [20], blob: { source: { file: 'bench/a,b.js', line: 7 } } },
    ]);
    const argv = ['compare', 'sourced-a.json', 'sourced-b.json', ...gated, '--format', 'md'];
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { code, stdout, stderr } = await cli(argv, { env });
    expect([code, stderr.split('\n').filter((line) => line.startsWith('::'))]).toEqual([
      1,
      [
        '::error file=bench/a%2Cb.js,line=7,title=m.js%3A%3Aa::peak: 10 B → 20 B (+100.0%25)',
        '::error file=m.js,title=m.js%3A%3Agone::it is missing, or lost a gated metric',
      ],
    ]);
    expect(stdout).not.toContain('::error');
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${stdout}\n`);
    const below = await cli(argv, {
      env: { ...env, GITHUB_WORKSPACE: dirname(cwd), GITHUB_STEP_SUMMARY: '' },
    });
    expect(below.stderr).toContain(`::error file=${basename(cwd)}/bench/a%2Cb.js,line=7,`);
    expect(below.stderr).toContain(`::error file=${basename(cwd)}/m.js,title=`);
    const elsewhere = await cli(argv, { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(elsewhere.stderr).not.toContain('::error');
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${stdout}\n`);
  });

  it('makes no command and no property of an id', async () => {
    const { code, stderr } = await cli(['compare', 'hostile-b.json', 'hostile-c.json', ...gated], {
      env: { GITHUB_ACTIONS: 'true' },
    });
    const commands = stderr.split('\n').filter((line) => /^\s*(::|##\[)/.test(line));
    expect([code, commands.length]).toEqual([1, evil.length]);
    for (const line of commands) {
      expect(line).toMatch(/^::error (file=[^:,]*,)?title=[^:,]*::peak: [^:]*$/);
      expect(raw.test(line)).toBe(false);
    }
  });
});

describe('a wrong comparison', () => {
  it('is answered with what is wrong and what to type, and exit code 2', async () => {
    write('ragged.json', [{ id: 'r', peak: [1, 2], allocations: [1] }]);
    writeFileSync(join(cwd, 'broken.json'), '{"benchmarks": [');
    const lines: readonly (readonly string[])[] = [
      [],
      ['base.json', '--fail-on', 'peak:10%'],
      ['base.json', '--diff'],
      ['base.json', 'base.json'],
      ['base.json', './base.json'],
      ['gone.json'],
      ['broken.json'],
      ['ragged.json'],
      ['base.json', '--columns', 'paek'],
      ['base.json', '--columns', 'extra:'],
      ['base.json', '--columns', 'rss'],
      ['base.json', '--stat', 'avg'],
      ['base.json', '--group-by', 'file'],
      ['base.json', '--group-by', 'module,'],
      ['base.json', '--group-by', 'param:'],
      ['base.json', '--group-by', ' '],
      ['base.json', '--sort', 'size'],
      ['base.json', '--format', 'html'],
      ['base.json', '--where', 'size'],
      ['base.json', '--where', 'size=huge'],
      ['base.json', '--pivot', 'sise'],
      ['base.json', 'head.json', '--pivot', 'size'],
      ['base.json', 'head.json', '--label', 'one'],
      ['base.json', 'head.json', '--label', 'one', '--label', 'one'],
      ['base.json', 'head.json', '--fail-onn', 'peak:1%'],
      ['base.json', 'head.json', '--fail-on'],
      ['base.json', 'head.json', '--fail-on', 'peak:5mib'],
      ['base.json', 'head.json', '--confidence', '0.95'],
      ['base.json', 'head.json', '--fail-on', 'time:5%', '--confidence', '95'],
      ['base.json', 'head.json', '--fail-on', 'time:5%', '--confidence', '0.95'],
      ['base.json', 'head.json', '--columns', 'peak', '--columns', 'time'],
    ];
    const texts: string[] = [];
    for (const argv of lines) {
      const answer = await cli(['compare', ...argv]);
      expect([argv, answer.code]).toEqual([argv, 2]);
      texts.push(`$ benchmem compare ${argv.join(' ')}\n${answer.stderr}`);
    }
    expectGolden('compare-errors', texts.join('\n').replaceAll(cwd, '<cwd>'));
  });
});

describe('export', () => {
  it.each(['github-action-benchmark', 'csv', 'junit', 'bencher', 'openmetrics'])('to %s', async (format) => {
    const { code, stdout } = await cli(['export', 'base.json', '--format', format]);
    expect(code).toBe(0);
    expectGolden(`export-${format}`, stdout);
    const hostile = await cli(['export', 'hostile-b.json', '--format', format]);
    if (format !== 'csv') for (const line of hostile.stdout.split('\n')) expect(line).not.toMatch(raw);
    if (format === 'junit') expectGolden('export-junit-hostile', hostile.stdout);
    if (format.startsWith('g') || format === 'bencher') JSON.parse(hostile.stdout);
  });

  it('writes a file where one is named, and refuses what it does not know', async () => {
    expect(await cli(['export', 'base.json', '--format', 'csv', '-o', 'export.csv'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(join(cwd, 'export.csv'), 'utf8')).toContain('peak:min');
    for (const argv of [
      ['base.json'],
      ['base.json', '--format', 'pdf'],
      ['--format', 'csv'],
      ['a.json', 'b.json', '--format', 'csv'],
    ]) {
      expect((await cli(['export', ...argv])).code).toBe(2);
    }
  });
});

describe('merge', () => {
  const top = (rest: object = {}) => ({
    commit_info: { id: 'c0ffee' },
    version: '1',
    benchmem: { schema: 1, complete: true, failures: [], ...rest },
  });

  it('puts shards together, and is complete where all are', async () => {
    write('s1.json', [{ id: 'a', peak: [1] }], top());
    write(
      's2.json',
      [{ id: 'b', peak: [2] }],
      top({ complete: false, failures: [{ fullname: 'c', step: 'peak' }] }),
    );
    const answer = await cli(['merge', 's1.json', 's2.json', '-o', 'merged.json']);
    expect([answer.code, answer.stderr]).toEqual([0, '2 benchmarks of 2 runs, 1 failed, in merged.json\n']);
    const merged = JSON.parse(readFileSync(join(cwd, 'merged.json'), 'utf8'));
    expect(merged.benchmarks.map(({ fullname }: { fullname: string }) => fullname)).toEqual(['a', 'b']);
    expect(merged.benchmem).toMatchObject({ complete: false, failures: [{ fullname: 'c' }] });
    expect((await cli(['compare', 'merged.json', 's1.json', ...peakOnly])).code).toBe(0);
  });

  const shard = (index: number, of = 3, rest: object = {}) =>
    top({ kind: 'run', shard: { index, of }, ...rest });

  it('makes one run of all shards, and says which is missing or there twice', async () => {
    const failed = { failures: [{ fullname: 'broken.bench.ts', step: 'load' }] };
    write('k1.json', [{ id: 'a', peak: [1] }], shard(1, 3, failed));
    write('k2.json', [], shard(2, 3, failed));
    write('k3.json', [{ id: 'b', peak: [2] }], shard(3));
    write('k3-again.json', [], shard(3));
    const stateOf = async (...files: string[]) => {
      const answer = await cli(['merge', ...files, '-o', 'shards.json']);
      const { benchmem } = JSON.parse(readFileSync(join(cwd, 'shards.json'), 'utf8'));
      return [
        answer.code,
        answer.stderr.replace(/^.*benchmarks? of.*\n/m, ''),
        benchmem.complete,
        benchmem.failures.length,
        benchmem.kind,
        benchmem.shard,
      ];
    };
    expect(await stateOf('k1.json', 'k2.json', 'k3.json')).toEqual([0, '', true, 1, 'run', undefined]);
    expect(await stateOf('k1.json', 'k3.json')).toEqual([
      0,
      'warning shard 2/3 is missing: the merged run is incomplete without its benchmarks\n',
      false,
      1,
      'run',
      undefined,
    ]);
    const alone = await stateOf('k3.json');
    expect(alone.slice(1, 3)).toEqual([expect.stringContaining('shards 1/3, 2/3 are missing'), false]);
    const twice = await stateOf('k1.json', 'k2.json', 'k3.json', 'k3-again.json');
    expect(twice.slice(0, 3)).toEqual([
      0,
      'warning shard 3/3 was given twice: k3.json and k3-again.json\n',
      true,
    ]);
    const gate = ['compare', 'k3.json', 'shards.json', ...peakOnly, '--fail-on', 'peak:1%'];
    await stateOf('k1.json', 'k3.json');
    expect(await cli(gate)).toMatchObject({ code: 2, stderr: expect.stringContaining('--allow-partial') });
  });

  it('refuses shards of two divisions, of two kinds, and one benchmark in one shard twice', async () => {
    write('d1.json', [{ id: 'a', peak: [1] }], shard(1));
    write('d2.json', [{ id: 'b', peak: [1] }], shard(2, 4));
    write('d3.json', [{ id: 'b', peak: [1] }], shard(2, 3, { kind: 'sweep' }));
    write('d4.json', [{ id: 'a', peak: [1] }], shard(1));
    const message = async (other: string) =>
      (await cli(['merge', 'd1.json', other, '-o', 'never.json'])).stderr;
    expect(await message('d2.json')).toContain(
      'd1.json and d2.json differ in their number of shards: 3 and 4',
    );
    expect(await message('d3.json')).toContain('differ in their kind: "run" and "sweep"');
    expect(await message('d4.json')).toContain('is in d1.json and measured in d4.json: both are shard 1/3');
  });

  it('keeps what Python writes and JSON does not know', async () => {
    const write2 = (name: string, id: string, numbers: string) =>
      writeFileSync(
        join(cwd, name),
        `{"benchmarks": [{"name": "${id}", "fullname": "${id}", "extra_info": {"note": "#number:NaN"}, "stats": ${numbers}}]}`,
      );
    write2(
      'nan1.json',
      'a',
      '{"min": 1, "max": 1, "mean": 1, "median": 1, "stddev": NaN, "rounds": 1, "ops": -Infinity}',
    );
    write2('nan2.json', 'b', '{"min": 1, "max": 1, "mean": 1, "median": 1, "stddev": 0, "rounds": 1}');
    expect((await cli(['merge', 'nan1.json', 'nan2.json', '-o', 'nans.json'])).code).toBe(0);
    const text = readFileSync(join(cwd, 'nans.json'), 'utf8');
    expect(text).toMatch(/"stddev": NaN,[\s\S]*"ops": -Infinity\n/);
    expect(text.match(/"note": "#number:NaN"/g)).toHaveLength(2);
    const { code } = await cli([
      'compare',
      'nans.json',
      'nan1.json',
      '--csv',
      'nans.csv',
      '--stat',
      'stddev',
    ]);
    expect([code, readFileSync(join(cwd, 'nans.csv'), 'utf8')]).toEqual([
      0,
      'id,time:stddev:nans,time:stddev:nan1\nb,0.0,\n',
    ]);
  });

  it('refuses what two shards say differently', async () => {
    write('m1.json', [{ id: 'a', peak: [1] }], top());
    write('m2.json', [{ id: 'a', peak: [1] }], top());
    write('m3.json', [{ id: 'b', peak: [1] }], { ...top(), commit_info: { id: 'other' } });
    write('m4.json', [{ id: 'b', peak: [1] }], top({ failures: [{ fullname: 'a', step: 'peak' }] }));
    write('m5.json', [{ id: 'b', peak: [1] }], top({ tags: { branch: 'x' } }));
    const texts: string[] = [];
    for (const argv of [
      ['m1.json', 'm2.json'],
      ['m1.json', 'm3.json'],
      ['m1.json', 'm4.json'],
      ['m1.json', 'm5.json'],
      ['m1.json', 'm1.json'],
    ]) {
      const answer = await cli(['merge', ...argv, '-o', 'never.json']);
      expect([argv, answer.code]).toEqual([argv, 2]);
      texts.push(answer.stderr);
    }
    expect(() => readFileSync(join(cwd, 'never.json'))).toThrow('ENOENT');
    expectGolden('merge-errors', texts.join('\n'));
    expect((await cli(['merge', 'm1.json'])).code).toBe(2);
  });
});
