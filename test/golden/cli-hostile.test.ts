// Text from outside (paths, exports, objects, messages, a child's stderr) never reaches the terminal raw.
import { describe, expect, it } from 'vitest';
import { BenchmemError, ChildError } from '../../src/errors.js';
import { type FakeWorld, functions, runFake } from './fake-world.js';
import { environment, moving } from './figures.js';
import { expectGolden } from './golden-file.js';

const evil = [
  'red\u001b[31m',
  'title\u001b]0;owned\u0007',
  'csi\u009b2J',
  'line\nbreak\r',
  'rtl\u202egnp.exe\u2066',
  'mark\u200f\u061c',
  'zero\u200bwidth\ufeff',
  'tag\u{e0041}',
  'separator\u2028\u2029',
  'bell\b\u0007\u007f',
  'lone\ud800',
  '| `pipe` | <b>&',
];

// Whatever is not visible text, a blank or the line end that the renderer put there.
const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const file = `suites/${evil[0]}${evil[4]}.mjs`;
const figures = {
  ...moving,
  environment: {
    ...environment,
    cpu: evil.join(' '),
    node_options: evil.join(' '),
    flags: { [`peak${evil[1]}`]: [...evil] },
  },
  by_shared_object: evil.map((text, index) => ({
    object: `/lib/${text}`,
    allocations: index,
    total_bytes: 1000 - index,
  })),
  object_kinds: evil.map((kind, index) => ({ kind, objects: index + 1, bytes: index })),
  object_sites: {
    interval_bytes: 1,
    total_bytes: 1000,
    sites: evil.map((text, index) => ({
      function: text,
      file: `/app/${text}`,
      line: index,
      bytes: 1000 - index,
    })),
  },
  warnings: [{ code: `CODE${evil[0]}`, message: evil.join(' '), hint: evil.join(' ') }],
};
const world: FakeWorld = {
  modules: { [file]: functions(...evil) },
  measure: async () => figures,
  columns: 100,
};

function expectHarmless(text: string): void {
  const lines = text.split('\n').filter((line) => raw.test(line));
  expect(lines).toEqual([]);
}

describe('hostile text', () => {
  it('is shown escaped in a table', async () => {
    const { code, stdout, stderr } = await runFake(['measure', file, '--all'], world);
    expect(code).toBe(0);
    expectHarmless(stdout);
    expectHarmless(stderr);
    expectGolden('hostile-several', stdout);
  });

  it('is shown escaped in details and markdown', async () => {
    for (const extra of [['--details'], ['--format', 'md']]) {
      const { stdout } = await runFake(['measure', file, '--all', ...extra], world);
      expectHarmless(stdout);
      if (extra.includes('md')) expectGolden('hostile-md', stdout);
    }
  });

  it('keeps a markdown row in one row', async () => {
    const { stdout } = await runFake(['measure', file, '--all', '--format', 'md'], world);
    const tables = stdout.split('\n\n').filter((block) => block.startsWith('|'));
    const columns = (row: string) => row.replaceAll('\\|', '').split('|').length;
    expect(tables).toHaveLength(1 + evil.length);
    for (const [index, table] of tables.entries()) {
      const rows = table.split('\n');
      expect(new Set(rows.map(columns))).toEqual(new Set([columns(rows[0] ?? '')]));
      expect(rows).toHaveLength(2 + (index === 0 ? evil.length : 5));
    }
  });

  it('is shown escaped in errors and in what a child said', async () => {
    const child = { step: evil[0] ?? '', tail: `${evil.join('\n')}` };
    const cause = new Error(evil.join(' '));
    cause.stack = `Error\n    at ${evil.join(' ')}`;
    for (const error of [
      new ChildError('CHILD_EXITED', evil.join(' '), evil.join(' '), { child }),
      new BenchmemError('ACTION_FAILED', evil.join(' '), evil.join(' '), { cause }),
      new TypeError(evil.join(' ')),
    ]) {
      const { stderr } = await runFake(['measure', file, '--export', evil[1] ?? ''], {
        ...world,
        measure: async () => {
          throw error;
        },
      });
      expectHarmless(stderr);
    }
  });

  it('is shown escaped where the command line itself is wrong', async () => {
    for (const text of evil) {
      for (const argv of [
        [text],
        ['measure', text],
        ['measure', file, `--${text}`],
        ['measure', file, '--export', `${text}!`],
        ['measure', file, '--repeats', text],
        ['measure', file, '--args', text],
        ['measure', file, '--allocator', text],
      ]) {
        const { code, stderr } = await runFake(argv, world);
        expect([argv, code]).toEqual([argv, 2]);
        expectHarmless(stderr);
      }
    }
  });

  it('is shown escaped in the progress line', async () => {
    const { stderr } = await runFake(['measure', file, '--all'], {
      ...world,
      isTerminal: true,
      measure: async ({ onStep }) => {
        onStep(evil.join(''), 1);
        return figures;
      },
    });
    for (const line of stderr.split('\r\u001b[2K')) expectHarmless(line);
  });
});
