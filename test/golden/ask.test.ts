// The interactive session: what is offered in a folder, which command an answer means, and that it runs.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canAsk } from '../../src/cli/ask/prompts.js';
import type { PromptChoice, Prompts } from '../../src/cli/world.js';
import { writeText } from '../../src/cli/write-text.js';
import { BenchmemError } from '../../src/errors.js';
import { type FakeWorld, runFake } from './fake-world.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-ask-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

interface Asked {
  readonly message: string;
  readonly labels: readonly string[];
}

/** Answers in order: the label of a choice, a text, or undefined for Ctrl-C. */
function answering(answers: readonly (string | undefined)[], asked: Asked[]): Prompts {
  const left = [...answers];
  return {
    select: async <Value extends string>(message: string, choices: readonly PromptChoice<Value>[]) => {
      asked.push({ message, labels: choices.map(({ label }) => label) });
      const answer = left.shift();
      const found = choices.find(({ label }) => label === answer);
      if (answer !== undefined && found === undefined) throw new Error(`there is no choice ${answer}`);
      return found?.value;
    },
    text: async (message, proposed) => {
      asked.push({ message, labels: [proposed] });
      return left.shift();
    },
  };
}

async function session(answers: readonly (string | undefined)[], files: readonly string[] = []) {
  const asked: Asked[] = [];
  const ran: (readonly string[])[] = [];
  const suite: FakeWorld['suite'] = {
    prompts: async () => answering(answers, asked),
    writeText,
    discover: async () => {
      if (files.length === 0) throw new BenchmemError('NO_BENCHMARKS', 'there is none', 'write one');
      return { files: files.map((label) => ({ label, path: join(cwd, label) })), passedOver: [] } as never;
    },
    runCommand: async (argv) => {
      ran.push(argv);
      return 7;
    },
  };
  const { code, stdout } = await runFake([], { cwd, suite });
  return { code, stdout, asked, ran };
}

function save(stem: string): void {
  const folder = join(cwd, '.benchmarks', 'F');
  mkdirSync(folder, { recursive: true });
  const benchmarks = [
    { name: 'a', fullname: 'm::a', stats: { min: 1, max: 1, mean: 1, median: 1, stddev: 0, rounds: 1 } },
  ];
  const run = { machine_info: {}, commit_info: {}, datetime: `2026-01-0${stem[3]}T00:00:00Z`, benchmarks };
  writeFileSync(join(folder, `${stem}.json`), JSON.stringify(run));
}

describe('a session', () => {
  it('offers what is possible, and says why the rest is not', async () => {
    const { asked, stdout, code } = await session([undefined]);
    expect(asked[0]?.labels).toEqual(['Write a first bench file, and run it', 'Show the commands']);
    expect(stdout).toBe(
      'There is no bench file here, so there is no suite to run.\n' +
        'Runs cannot be compared yet, because none is saved: run --save NAME.\n',
    );
    expect(code).toBe(130);
  });

  it('offers runs and files where there are some', async () => {
    save('0001_a');
    expect((await session([undefined], ['a.bench.ts'])).stdout).toContain('only one is saved');
    save('0002_b');
    const { asked, stdout } = await session([undefined], ['a.bench.ts', 'b.bench.ts']);
    expect(asked[0]?.labels).toEqual([
      'Run the suite (2 files)',
      'Run one file',
      'Compare the newest saved run with the one before it',
      'Pick two saved runs',
      'Show the commands',
    ]);
    expect(stdout).toBe('');
  });

  it.each<[string, readonly (string | undefined)[], readonly string[], string]>([
    ['runs the suite', ['Run the suite (2 files)', ''], ['run'], 'run'],
    ['saves it', ['Run the suite (2 files)', ' my run '], ['run', '--save', 'my run'], "run --save 'my run'"],
    ['runs one file', ['Run one file', "b's.bench.ts"], ['run', "b's.bench.ts"], "run 'b'\\''s.bench.ts'"],
    ['compares the newest', ['Compare the newest saved run with the one before it'], ['analyze'], 'analyze'],
    [
      'compares two',
      ['Pick two saved runs', '0001_a', '0002_b'],
      ['analyze', '--reference', '.benchmarks/F/0002_b.json', '--candidate', '.benchmarks/F/0001_a.json'],
      'analyze --reference .benchmarks/F/0002_b.json --candidate .benchmarks/F/0001_a.json',
    ],
    ['shows the commands', ['Show the commands'], ['--help'], '--help'],
  ])(
    '%s: prints the equal command, runs it, and ends with its exit code',
    async (_, answers, words, line) => {
      save('0001_a');
      save('0002_b');
      const { code, stdout, ran, asked } = await session(answers, ['a.bench.ts', "b's.bench.ts"]);
      expect([code, ran, stdout]).toEqual([7, [words], `> benchmem ${line}\n`]);
      expect(asked.length).toBeLessThanOrEqual(4);
    },
  );

  it('analyses the two runs that were picked', async () => {
    save('0001_a');
    save('0002_b');
    const [reference, candidate] = ['.benchmarks/F/0002_b.json', '.benchmarks/F/0001_a.json'];
    const answer = await runFake(['analyze', '--reference', reference, '--candidate', candidate], { cwd });
    expect([answer.code, answer.stderr]).toEqual([0, '']);
  });

  it('writes a first bench file, and never over another', async () => {
    const answers = ['Write a first bench file, and run it', 'mine.bench.mjs'];
    const { stdout, ran } = await session(answers);
    expect([ran, stdout]).toEqual([
      [['run', 'mine.bench.mjs']],
      expect.stringContaining('wrote mine.bench.mjs\n'),
    ]);
    expect(readFileSync(join(cwd, 'mine.bench.mjs'), 'utf8')).toContain("from 'benchmem'");
    writeFileSync(join(cwd, 'mine.bench.mjs'), 'kept');
    const again = await session(answers);
    expect([again.code, again.ran]).toEqual([2, []]);
    expect(readFileSync(join(cwd, 'mine.bench.mjs'), 'utf8')).toBe('kept');
  });

  it.each([
    ['Run the suite (2 files)', undefined],
    ['Run one file', undefined],
    ['Pick two saved runs', undefined],
    ['Pick two saved runs', '0001_a', undefined],
  ])('%s, then Ctrl-C: nothing runs', async (...answers) => {
    save('0001_a');
    save('0002_b');
    const { code, ran } = await session(answers, ['a.bench.ts', 'b.bench.ts']);
    expect([code, ran]).toEqual([130, []]);
  });
});

describe('somebody can be asked', () => {
  const terminal = { isTTY: true, columns: 80 };
  const streams = { stdin: terminal, stdout: terminal };

  it.each<[string, Parameters<typeof canAsk>[0], Record<string, string>, boolean]>([
    ['on a terminal', streams, {}, true],
    ['with CI off', streams, { CI: 'false' }, true],
    ['not in CI', streams, { CI: ' True ' }, false],
    ['not in CI=1', streams, { CI: '1' }, false],
    ['not on a dumb terminal', streams, { TERM: 'dumb' }, false],
    ['not where input is a pipe', { ...streams, stdin: {} }, {}, false],
    ['not where output is a pipe', { ...streams, stdout: { columns: 80 } }, {}, false],
    ['not in 19 columns', { ...streams, stdout: { isTTY: true, columns: 19 } }, {}, false],
    ['not in 0 columns', { ...streams, stdout: { isTTY: true, columns: 0 } }, {}, false],
  ])('%s', (_, given, env, expected) => {
    expect(canAsk(given, env)).toBe(expected);
  });
});

it('where nobody can be asked, the usage is printed, and nothing is written', async () => {
  const { code, stdout, stderr } = await runFake([], { cwd });
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('benchmem COMMAND')]);
  expect(existsSync(join(cwd, '.benchmarks'))).toBe(false);
});

it('version prints the version, and takes nothing', async () => {
  expect(await runFake(['version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  expect((await runFake(['version', 'now'])).code).toBe(2);
});
