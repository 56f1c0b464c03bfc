// Outputs of the command line, with real processes: what cannot be written is exit 2 with one line, a closed pipe is silence,
// and `-` is standard input and standard output.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from '../support/cli-process.js';
import { makeProject } from '../support/project-folder.js';

const stats = { min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5, rounds: 2 };
const runOf = (factor: number) => ({
  machine_info: {},
  commit_info: {},
  benchmarks: [1, 2].map((n) => ({
    name: `b[${n}]`,
    fullname: `m.js::b[${n}]`,
    params: { n },
    stats: { ...stats, min: n * factor },
  })),
});

let folder: string;
beforeAll(() => {
  folder = makeProject('outputs');
  writeFileSync(join(folder, 'a.json'), JSON.stringify(runOf(1)));
  writeFileSync(join(folder, 'b.json'), JSON.stringify(runOf(2)));
  writeFileSync(join(folder, 'job.mjs'), 'export default () => [1, 2, 3].map(String);\n');
  writeFileSync(
    join(folder, 'one.bench.js'),
    "import { bench } from 'benchmem';\nbench('one', () => [1, 2, 3].map(String));\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['run', '--no-memory', '--time-max', '10ms'];

/** Through a shell, for its redirections; "$@" is the command line. */
function sh(script: string, argv: readonly string[], input = '') {
  const { CI, GITHUB_ACTIONS, FORCE_COLOR, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'sh', process.execPath, bin, ...argv], {
    cwd: folder,
    env: { ...env, COLUMNS: '120' },
    input,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: status, stdout, stderr };
}

const commands: readonly (readonly string[])[] = [
  ['compare', 'a.json', 'b.json'],
  ['compare', 'a.json', 'b.json', '--format', 'json'],
  ['compare', 'a.json', 'b.json', '--csv', '-'],
  ['compare', 'a.json', 'b.json', '--fail-on', 'time:1%'],
  ['export', 'a.json', '--format', 'csv'],
  ['merge', 'a.json', '-o', '-'],
  ['plot', 'a.json', '--format', 'json'],
  ['plot', 'a.json', '-o', '-'],
  ['--help'],
  ['compare', '--help'],
  ['--version'],
  ['completion'],
  [...quick],
  [...quick, '--json', '-'],
  ['run', '--list'],
  ['measure', 'job.mjs', '--repeats', '1'],
  ['exec', '--output', '-', '--', process.execPath, '-e', '0'],
];

describe('standard output that takes nothing', () => {
  it.each(commands)('is exit 2 and a line for %s %s %s %s %s', (...argv) => {
    const { code, stderr } = sh('"$@" >/dev/full', argv);
    const lines = stderr.split('\n').filter((line) => line.includes('cannot write'));
    expect([code, lines]).toEqual([
      2,
      ['benchmem: cannot write standard output: ENOSPC: no space left on device, write'],
    ]);
    expect(stderr).not.toContain('    at ');
  });

  it.each(commands)('is silent where the reader closed its pipe, for %s %s %s %s %s', (...argv) => {
    const { code, stderr } = sh('"$@" | :; exit ${PIPESTATUS[0]}', argv);
    expect([code, stderr]).toEqual([
      argv.includes('time:1%') ? 1 : 0,
      expect.not.stringMatching(/cannot write|EPIPE|internal error/),
    ]);
  });

  it('is exit 2 for standard error as well, which nothing can say', () => {
    for (const argv of [['merge', 'a.json', '-o', 'merged.json'], ['nonsense'], [...quick]]) {
      expect([argv, sh('"$@" 2>/dev/full', argv).code]).toEqual([argv, 2]);
    }
  });
});

describe('a file that cannot be written', () => {
  it.each([
    ['/dev/full', ['compare', 'a.json', 'b.json', '--csv', '/dev/full']],
    ['a.json/x', ['export', 'a.json', '--format', 'csv', '-o', 'a.json/x']],
    ['/dev/full', ['merge', 'a.json', '-o', '/dev/full']],
    ['/dev/full', ['plot', 'a.json', '-o', '/dev/full', '--format', 'html']],
    ['/proc/none/x.html', ['plot', 'a.json', '-o', '/proc/none/x.html']],
    ['/dev/full', [...quick, '--json', '/dev/full']],
    ['/dev/full', [...quick, '--reporter', 'junit=/dev/full']],
    ['/dev/full', ['measure', 'job.mjs', '--json', '/dev/full']],
    ['a.json', ['sweep', 'x', '1', '--suite', 'one.bench.js', '--out', 'a.json']],
    ['/proc/none', ['sweep', 'x', '1', '--suite', 'one.bench.js', '--out', '/proc/none']],
    ['/dev/full', ['exec', '--json', '/dev/full', '--', process.execPath, '-e', '0']],
    ['/dev/full', ['exec', '--output', '/dev/full', '--', process.execPath, '-e', '0']],
  ])('is named: %s', (name, argv) => {
    const { code, stderr } = sh('"$@"', argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`benchmem: cannot write ${name}: `)]);
  });

  it('is named where a run cannot be saved, before anything is measured', () => {
    for (const storage of ['a.json', '/proc/none']) {
      const { code, stdout, stderr } = sh('"$@"', [...quick, '--save', 'x', '--storage', storage]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        new RegExp(`^benchmem: cannot save a run in ${storage}/.*\\n  hint: .*--storage\\n$`),
      );
    }
  });
});

describe('-', () => {
  it('is standard input for a run file', () => {
    const base = readFileSync(join(folder, 'a.json'), 'utf8');
    const compared = sh('"$@"', ['compare', '-', 'b.json', '--format', 'json'], base);
    expect([compared.code, compared.stderr]).toEqual([0, '']);
    expect(compared.stdout).toContain('"series": "stdin"');
    expect(sh('"$@"', ['compare', '-', 'b.json', '--fail-on', 'time:10%'], base).code).toBe(1);
    expect(sh('"$@"', ['export', '-', '--format', 'csv'], base)).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(sh('"$@"', ['merge', '-', '-o', '-'], base).stdout).benchmarks).toHaveLength(2);
    expect(sh('"$@"', ['plot', '-', '-o', '-'], base).stdout).toMatch(/^<!doctype html>/i);
    expect(sh('"$@"', [...quick, '--compare=-'], base).code).toBe(0);
  });

  it('names itself where it is not a run file, or stands there twice', () => {
    expect(sh('"$@"', ['compare', '-', 'a.json'], '{').stderr).toContain('standard input: is not JSON');
    // A folder as standard input reads as nothing.
    expect(sh('"$@" <.', ['compare', '-', 'a.json']).stderr).toContain('standard input: is not JSON');
    expect(sh('"$@"', ['compare', '-', '-'], '{}').stderr).toContain('- was given twice');
  });

  it('is standard output for a document, and tables go to standard error', () => {
    const csv = sh('"$@"', [
      'compare',
      'a.json',
      'b.json',
      '--stat',
      'min',
      '--csv',
      '-',
      '--fail-on',
      'time:10%',
    ]);
    expect([csv.code, csv.stdout]).toEqual([
      1,
      'id,time:min:a,time:min:b\nm.js::b[1],1.0,2.0\nm.js::b[2],2.0,4.0\n',
    ]);
    expect(csv.stderr).toContain('+100.0%');
    const run = sh('"$@"', [...quick, '--json', '-']);
    expect(JSON.parse(run.stdout)).toMatchObject({ benchmem: { complete: true, kind: 'run' } });
    expect(run.stderr).toContain('time (');
    const measured = sh('"$@"', ['measure', 'job.mjs', '--repeats', '1', '--json', '-']);
    expect(JSON.parse(measured.stdout)).toMatchObject({ benchmem: { complete: true, kind: 'measure' } });
    const exec = sh('"$@"', ['exec', '--json', '-', '--', process.execPath, '-e', '0']);
    expect(JSON.parse(exec.stdout)).toMatchObject({ exit_code: 0 });
    expect(exec.stderr).toContain('ended with exit code 0');
    expect(readdirSync(folder).filter((name) => name.includes('-'))).toEqual([]);
  });

  it('is refused twice, and for what a terminal cannot show', () => {
    const twice = [
      ['exec', '--json', '-', '--output', '-', '--', process.execPath, '-e', '0'],
      [...quick, '--json', '-', '--reporter', 'json'],
      [...quick, '--json', '-', '--reporter', 'junit=-'],
      [...quick, '--reporter', 'json=-', '--reporter', 'junit=-'],
      ['plot', 'a.json', '-o', '-', '--open'],
    ];
    for (const argv of twice) expect([argv, sh('"$@"', argv).code]).toEqual([argv, 2]);
    if (!existsSync('/usr/bin/script')) return;
    const png = sh('script -qec "$1 $2 plot a.json -o - --format png" /dev/null', []);
    expect(png.stdout).toContain('standard output is a terminal, and a PNG is not text');
    const input = sh('script -qec "$1 $2 compare - a.json" /dev/null', []);
    expect(input.stdout).toContain('- is standard input, and that is a terminal');
  });
});
