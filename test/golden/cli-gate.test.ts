// What a gate of `benchmem compare` prints: growth from nothing, falls, allowances; and in which order.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Bench, benchmark } from '../unit/compare-support.js';
import { runFake } from './fake-world.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-gate-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const mebibyte = 2 ** 20;

function write(name: string, benches: readonly Bench[]): void {
  const benchmarks = benches.map(benchmark);
  writeFileSync(join(cwd, name), JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks }));
}

const retained = (id: string, bytes: number): Bench => ({ id, peak: [1], blob: { retained_bytes: [bytes] } });

write('base.json', [
  retained('m.js::fresh', 0),
  retained('m.js::grown', 4 * mebibyte),
  retained('m.js::fallen', 5 * mebibyte),
  retained('m.js::below', -mebibyte),
]);
write('head.json', [
  retained('m.js::fresh', 5 * mebibyte),
  retained('m.js::grown', 5 * mebibyte),
  retained('m.js::fallen', 4 * mebibyte),
  retained('m.js::below', mebibyte),
]);

const compare = (...rest: string[]) =>
  runFake(['compare', 'base.json', 'head.json', '--columns', 'retained', '--stat', 'min', ...rest], { cwd });

async function verdictOf(...rest: string[]): Promise<{ code: number | string; lines: string[] }> {
  const { code, stdout } = await compare(...rest);
  const lines = stdout.split('\n');
  return { code, lines: lines.slice(lines.findIndex((line) => /threshold/.test(line))).filter(Boolean) };
}

describe('a gate prints', () => {
  it('growth from nothing as that, and says nothing else about it', async () => {
    const { code, lines } = await verdictOf('--fail-on', 'retained:10%');
    expect([code, lines]).toEqual([
      1,
      [
        '3 regression(s) over threshold:',
        '  retained     below: -1 MiB → 1 MiB (from below 0)',
        '  retained     fresh: 0 B → 5 MiB (from 0)',
        '  retained     grown: 4 MiB → 5 MiB (+25.0%)',
        'gate: 4 compared, 0 new, 0 removed, 0 incomparable',
      ],
    ]);
    expect((await compare('--fail-on', 'retained:10%')).stderr).toBe('');
  });

  it('nothing that an allowance lets through', async () => {
    const { code, lines } = await verdictOf('--fail-on', 'retained:10%+4MiB');
    expect([code, lines.slice(0, 2)]).toEqual([
      1,
      ['1 regression(s) over threshold:', '  retained     fresh: 0 B → 5 MiB (from 0)'],
    ]);
    expect((await verdictOf('--fail-on', 'retained:10%+5MiB')).code).toBe(0);
  });

  it('a fall past a limit of changes as no regression', async () => {
    const { code, lines } = await verdictOf('--fail-on-change', 'retained:19%');
    expect([code, lines]).toEqual([
      1,
      [
        '3 regression(s) over threshold:',
        '  retained     below: -1 MiB → 1 MiB (from below 0)',
        '  retained     fresh: 0 B → 5 MiB (from 0)',
        '  retained     grown: 4 MiB → 5 MiB (+25.0%)',
        '1 improvement(s) over threshold:',
        '  retained     fallen: 5 MiB → 4 MiB (-20.0%)',
        'gate: 4 compared, 0 new, 0 removed, 0 incomparable',
      ],
    ]);
    const alone = await runFake(
      ['compare', 'head.json', 'base.json', '--where', 'func=grown', '--fail-on-change', 'retained:1KB'],
      { cwd },
    );
    expect(alone.code).toBe(1);
    expect(alone.stdout).not.toContain('regression');
    expect(alone.stdout).toContain(
      '1 improvement(s) over threshold:\n  retained     grown: 5 MiB → 4 MiB (-20.0%)',
    );
    expect((await verdictOf('--fail-on-change', 'retained:6MiB')).code).toBe(0);
  });

  it('what a document says of all this', async () => {
    const { code, stdout } = await compare(
      ...['--fail-on', 'retained:100%+1MiB', '--fail-on-change', 'retained:19%', '--format', 'json'],
    );
    const { gate } = JSON.parse(stdout);
    expect([code, gate.thresholds]).toEqual([
      1,
      [
        { field: 'retained', limit: 100, percent: true, allowance: mebibyte },
        { field: 'retained', limit: 19, percent: true, on_change: true },
      ],
    ]);
    const fresh = { field: 'retained', id: 'm.js::fresh', base: 0, head: 5 * mebibyte, pct: null };
    expect(gate.regressions).toEqual([
      fresh,
      { field: 'retained', id: 'm.js::below', base: -mebibyte, head: mebibyte, pct: null },
      fresh,
      { field: 'retained', id: 'm.js::grown', base: 4 * mebibyte, head: 5 * mebibyte, pct: 25 },
    ]);
    expect(gate.improvements).toEqual([
      { field: 'retained', id: 'm.js::fallen', base: 5 * mebibyte, head: 4 * mebibyte, pct: -20 },
    ]);
    const plain = JSON.parse((await compare('--fail-on', 'retained:10%', '--format', 'json')).stdout).gate;
    expect(Object.keys(plain)).toEqual(['thresholds', 'regressions']);
  });

  it('the regressions first in markdown', async () => {
    const { stdout } = await compare('--fail-on-change', 'retained:19%', '--format', 'md');
    expect(stdout).toMatch(/^\*\*3 regression\(s\) over threshold:\*\*\n\n- retained below: /);
    const places = [
      '- retained fresh:',
      '**1 improvement',
      '- retained fallen',
      'gate: 4 compared',
      '| name |',
    ];
    const found = places.map((text) => stdout.indexOf(text));
    expect(found.every((at) => at > 0)).toBe(true);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });
});

describe('renames', () => {
  write('old.json', [
    { id: 'a.js::slow', peak: [100] },
    { id: 'a.js::same', peak: [100] },
  ]);
  write('new.json', [
    { id: 'b.js::quick', peak: [200] },
    { id: 'b.js::same', peak: [100] },
  ]);
  const renames = ['--rename', 'a.js::=b.js::', '--rename', 'a.js::slow=b.js::quick'];
  const gated = [
    'compare',
    'old.json',
    'new.json',
    '--columns',
    'peak',
    '--stat',
    'min',
    '--fail-on',
    'peak:10%',
  ];

  it('pair what is called otherwise, in tables and in the gate', async () => {
    const { code, stdout, stderr } = await runFake([...gated, ...renames, '--diff', '--group-by', ''], {
      cwd,
    });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain('quick: 100 B → 200 B (+100.0%)\ngate: 2 compared, 0 new, 0 removed');
    const without = await runFake(gated, { cwd });
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('no benchmark in common')]);
  });

  it('that find nothing are a warning, and two onto one id are an error', async () => {
    const lost = await runFake([...gated, ...renames, '--rename', 'a.js::slwo=b.js::x'], { cwd });
    expect([lost.code, lost.stderr]).toEqual([
      1,
      'warning: RENAME_UNMATCHED: a.js::slwo: no earlier run has it, so nothing is renamed\n  hint: did you mean a.js::slow?\n',
    ]);
    const twice = await runFake([...gated, '--rename', 'a.js::slow=a.js::same'], { cwd });
    expect([twice.code, twice.stdout, twice.stderr]).toEqual([
      2,
      '',
      expect.stringContaining('old.json: a.js::slow and a.js::same would both be a.js::same'),
    ]);
  });

  it('stand in the configuration too, for comparisons and pictures', async () => {
    const setting = { renames: { 'a.js::': 'b.js::', 'a.js::slow': 'b.js::quick' } };
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ benchmem: setting }));
    try {
      expect((await runFake(gated, { cwd })).stdout).toContain('quick: 100 B → 200 B (+100.0%)');
      const plot = ['plot', 'old.json', 'new.json', '--columns', 'peak', '-o', 'plot.json'];
      expect(await runFake(plot, { cwd })).toMatchObject({
        code: 0,
        stdout: 'plot.json: scatter of peak, 2 ids\n',
        stderr: '',
      });
      writeFileSync(join(cwd, 'package.json'), JSON.stringify({ benchmem: { renames: { 'a::': 'b' } } }));
      expect(await runFake(gated, { cwd })).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('renames a prefix to an id'),
      });
    } finally {
      rmSync(join(cwd, 'package.json'));
    }
  });
});
