// What a measurement looks like: tables from fixed figures at three widths, markdown, colours, progress.
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { BenchmemError, ChildError } from '../../src/errors.js';
import { type FakeWorld, functions, runFake } from './fake-world.js';
import { counted, moving, steady } from './figures.js';
import { expectGolden } from './golden-file.js';

const modules = {
  'suites/hash.mjs': functions('hashSync', 'hashAsync'),
  'suites/image.mjs': functions('resize', 'thumbnailOfTheWholeAlbum', 'setup'),
};

const world: FakeWorld = {
  modules,
  measure: async ({ target, onStep }) => {
    onStep('peak');
    onStep('peak', 1);
    onStep('accounting', 1);
    return target.name === 'hashSync' ? steady : moving;
  },
};

/** Also says how long its children took. */
const spending: FakeWorld = {
  ...world,
  measure: async (request) => {
    for (const kind of ['peak', 'accounting']) request.work.onSpent(kind, 0);
    return moving;
  },
};

const oneSteady = ['measure', 'suites/hash.mjs', '--export', 'hashSync'];
const oneMoving = ['measure', 'suites/image.mjs', '--export', 'resize'];
const several = ['measure', 'suites/image.mjs', 'suites/hash.mjs', '--all'];

describe.each([40, 80, 120])('at %d columns', (columns) => {
  it.each([
    ['steady', oneSteady],
    ['moving', oneMoving],
    ['calls', [...oneMoving, '--calls', '100']],
    ['several', several],
    ['details', [...several, '--details']],
  ])('%s', async (name, argv) => {
    const { code, stdout } = await runFake(argv, { ...world, columns, isTerminal: true });
    expect(code).toBe(0);
    // An id in a warning stands whole, also where it is wider than the terminal.
    const lines = stdout.split('\n').filter((line) => !/^ {6}\S+::\w+,?$/.test(line));
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(stdout.split('\n').filter((line) => /\s$/.test(line))).toEqual([]);
    expectGolden(`${name}-${columns}`, stdout);
  });
});

describe('objects by kind and by function', () => {
  const objects: FakeWorld = { ...world, measure: async () => counted };
  const argv = [...oneSteady, '--objects'];

  it.each([40, 80, 120])('are tables of their own at %d columns', async (columns) => {
    const { code, stdout } = await runFake(argv, { ...objects, columns, isTerminal: true });
    expect(code).toBe(0);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expectGolden(`objects-${columns}`, stdout);
  });

  it('are in the markdown', async () => {
    expectGolden('objects-md', (await runFake([...argv, '--format', 'md'], objects)).stdout);
  });

  it('say where bytes are estimates', async () => {
    const object_sites = { interval_bytes: 327, total_bytes: 163_000_000, sites: [] };
    const sites = counted.object_sites?.sites ?? [];
    const measure = async () => ({ ...counted, object_sites: { ...object_sites, sites } });
    expect((await runFake(argv, { ...objects, measure })).stdout).toContain(
      'estimated: one sample per 327 B',
    );
  });
});

describe('the table', () => {
  it('is markdown when asked', async () => {
    const { stdout } = await runFake([...several, '--format', 'md'], world);
    expectGolden('several-md', stdout);
  });

  it.each([60, 80, 120])('has what was asked for with a flag, at %d columns too', async (columns) => {
    const measure = async () => ({ ...counted, rss_bytes: [50_331_648, 51_380_224] });
    const { stdout } = await runFake([...several, '--objects', '--rss'], { ...world, measure, columns });
    const [header = '', , row = ''] = stdout.split('\n');
    expect(header).toMatch(/ objects .* rss/);
    expect(row).toMatch(/ 48\.00 MiB/);
    expect(stringWidth(header)).toBeLessThanOrEqual(columns);
  });

  it('has colours that change nothing else', async () => {
    const plain = await runFake(several, { ...world, columns: 120 });
    const colored = await runFake(several, { ...world, columns: 120, color: true });
    expect(colored.stdout).not.toBe(plain.stdout);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences.
    expect(colored.stdout.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain.stdout);
    expect((await runFake([...several, '--no-color'], { ...world, columns: 120, color: true })).stdout).toBe(
      plain.stdout,
    );
    expect((await runFake([...several, '--color'], { ...world, columns: 120 })).stdout).toBe(colored.stdout);
  });

  it('leaves out what was not measured', async () => {
    const { mapped_peak_bytes, retained_bytes, peak_bytes, total_bytes, js_peak_bytes, ...rest } = steady;
    const answer = await runFake(oneSteady, { ...world, measure: async () => rest });
    expect(answer.code).toBe(0);
    expectGolden('without-js-heap', answer.stdout);
  });

  it('marks a peak that holds all garbage', async () => {
    const near = { slack_bytes: 262_144, forced_gcs: 0 };
    const answer = await runFake(several, {
      ...world,
      measure: async ({ target }) =>
        target.name === 'hashSync'
          ? { ...steady, near_live: near }
          : { ...moving, near_live: { ...near, forced_gcs: 3 } },
    });
    expect(answer.stdout).toMatch(/hashSync +~128\.02 MiB/);
    expect(answer.stdout).toMatch(/resize +12\.00 MiB/);
    expect(answer.stdout).toContain('~ no collection was forced');
  });
});

const crash = new ChildError(
  'CHILD_CRASHED',
  'the peak child crashed (signal SIGSEGV)',
  'does it run by itself?',
  {
    child: { step: 'peak', signal: 'SIGSEGV', tail: 'assertion failed: list != null\nabort' },
  },
);

describe('a benchmark that fails', () => {
  const failing: FakeWorld = {
    ...world,
    measure: async (request) => {
      if (request.target.name === 'hashAsync') throw crash;
      return request.target.name === 'hashSync' ? steady : moving;
    },
  };

  it('is named, the others go on, and the exit code is 1', async () => {
    const { code, stdout, stderr } = await runFake(several, failing);
    expect(code).toBe(1);
    expectGolden('failing', `${stdout}--- stderr\n${stderr}`);
  });

  it('alone prints no table', async () => {
    const { code, stdout, stderr } = await runFake(
      ['measure', 'suites/hash.mjs', '--export', 'hashAsync'],
      failing,
    );
    expect([code, stdout]).toEqual([1, '']);
    expectGolden('failing-alone', stderr);
  });

  it('is in the markdown too', async () => {
    expectGolden('failing-md', (await runFake([...several, '--format', 'md'], failing)).stdout);
  });

  it("shows where the user's own code threw", async () => {
    const cause = new TypeError('no such row');
    cause.stack =
      'TypeError: no such row\n    at find (/project/suites/rows.mjs:7:11)\n    at run (node:internal:1:1)';
    const thrown = new BenchmemError('ACTION_FAILED', 'the action threw: no such row', 'see the cause', {
      cause,
    });
    const { stderr } = await runFake(oneSteady, {
      ...world,
      measure: async () => {
        throw thrown;
      },
    });
    expectGolden('action-threw', stderr);
  });
});

describe('a run that ends early', () => {
  it('prints what it has, says why, and answers with the code of the reason', async () => {
    const aborted = new BenchmemError('ABORTED', 'interrupted', 'run it again');
    const { code, stdout, stderr } = await runFake(several, {
      ...world,
      measure: async ({ target }) => {
        if (target.name === 'hashSync') throw aborted;
        return moving;
      },
    });
    expect(code).toBe(130);
    expect(stdout).toContain('resize');
    expect(stdout).not.toContain('hashAsync');
    expect(stderr).toContain('benchmem: interrupted');
  });

  it('stops at an error that every benchmark would meet', async () => {
    let calls = 0;
    const { code, stderr } = await runFake(several, {
      ...world,
      measure: async () => {
        calls += 1;
        throw new BenchmemError(
          'PRELOAD_MISSING',
          'the preload library is missing',
          'npm run build -- native',
        );
      },
    });
    expect([code, calls]).toEqual([2, 1]);
    expect(stderr).toContain('benchmem: the preload library is missing\n  hint: npm run build -- native');
  });

  it('says that a bug is a bug', async () => {
    const { code, stderr } = await runFake(oneSteady, {
      ...world,
      measure: async () => {
        throw new TypeError('undefined is not a function');
      },
    });
    expect(code).toBe(70);
    expect(stderr).toMatch(/^(peak\n)?.*benchmem: internal error: TypeError: undefined is not a function/s);
    expect(stderr).toContain('hint: this is a bug in benchmem');
  });
});

describe('progress', () => {
  const lines =
    '[1/1] suites/image.mjs::resize: peak 12 MiB\n1 of 1 benchmark in 0.00 s (peak 0.00 s, accounting 0.00 s)\n';

  it('is a line per function where nobody watches', async () => {
    expect((await runFake(oneMoving, spending)).stderr).toBe(lines);
  });

  it('is the same lines in CI, also on a terminal', async () => {
    const { stderr } = await runFake(oneMoving, { ...spending, isTerminal: true, env: { CI: 'true' } });
    expect(stderr).toBe(lines);
  });

  it('is one line on a terminal, and gone at the end', async () => {
    const { stderr } = await runFake(several, { ...world, isTerminal: true });
    expect(stderr).toContain('[1/4] suites/image.mjs::thumbnailOfTheWholeAlbum  accounting pass 1  0 s');
    const { line, rest } = splitProgress(stderr);
    expect(line).not.toContain('\n');
    expect(rest).toBe('4 of 4 benchmarks in 0.00 s\n');
  });

  it('never fills the line of a narrow terminal', async () => {
    const { stderr } = await runFake(several, { ...world, isTerminal: true, columns: 40 });
    const { line } = splitProgress(stderr);
    for (const part of line.split(clearLine)) expect(stringWidth(part)).toBeLessThan(40);
  });
});

const clearLine = '\r\u001b[2K';

/** What renews itself, and what is left once that is gone. */
function splitProgress(stderr: string): { line: string; rest: string } {
  const at = stderr.lastIndexOf(clearLine) + clearLine.length;
  return { line: stderr.slice(0, at), rest: stderr.slice(at) };
}
