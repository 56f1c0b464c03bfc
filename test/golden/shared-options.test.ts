// The flags that `run` and `measure` share: one table, so that each is taken and refused alike, on the command line of both
// and, if it may stand there, in a config, in the options of `bench` and in those of `measureMemory`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { duration } from '../../src/cli/option-values.js';
import { readRunConfig } from '../../src/cli/suite/config.js';
import { type SuiteFlag, suiteFlagNames } from '../../src/cli/suite/flags.js';
import { checkMeasureOptions } from '../../src/engine/options.js';
import { type SharedOption, sharedOptions } from '../../src/engine/shared-options.js';
import { BenchmemError } from '../../src/errors.js';
import { checkBenchOptions } from '../../src/runner/bench-options.js';
import { timingStats } from '../../src/stats/timing-stats.js';
import { type FakeWorld, functions, runFake } from './fake-world.js';
import { steady } from './figures.js';
import { plannedCase, runWorld } from './run-world.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-options-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const base = ['a.bench.ts::b', 'job.mjs::only'].map((fullname) => ({
  ...{ name: fullname, fullname, extra_info: { benchmem: steady } },
  stats: timingStats([1], 1),
}));
writeFileSync(
  join(cwd, 'base.json'),
  JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: base }),
);

/** Values that are taken, and values that are refused; `undefined` is the flag alone. */
type Values = readonly (string | undefined)[];
const switchOf: { readonly good: Values; readonly bad: Values } = { good: [undefined], bad: [] };
const count = { good: ['1', '12'], bad: ['0', '-1', '1.5', 'many', ''] };
const countFromZero = { good: ['0', '12'], bad: ['-1', '1.5', 'many', ''] };
const time = { good: ['2', '1.5s', '250ms', '100us', '2m'], bad: ['0', 'soon', '-1s', '1h', ''] };
// A timer of Node takes no more than 24 days.
const timerTime = { good: time.good, bad: [...time.bad, '99999m'] };
const limit = {
  good: ['peak:5%', 'allocated:1MiB', 'retained:10%+64KiB'],
  bad: ['peak', 'paek:5%', 'peak:x', ''],
};
const text = { good: ['a', 'a b'], bad: [''] };

const values: { readonly [Flag in SuiteFlag]: { readonly good: Values; readonly bad: Values } } = {
  shard: { good: ['1/1', '1/2'], bad: ['0/2', '3/2', '1', 'a/b', ''] },
  shuffle: switchOf,
  jobs: count,
  timeout: timerTime,
  node: text,
  'node-arg': { good: ['--no-opt'], bad: [''] },
  config: { good: ['any.config.mjs'], bad: [] },
  memory: switchOf,
  repeats: count,
  warmup: countFromZero,
  // 0 is as few passes as may be.
  'max-time': { good: ['0', ...time.good], bad: time.bad.filter((text) => text !== '0') },
  rss: switchOf,
  'rss-passes': count,
  objects: switchOf,
  retainers: switchOf,
  'retainers-max': { good: ['512MiB', '1GB'], bad: ['0', 'many', '5%', '-1', ''] },
  cold: switchOf,
  quick: switchOf,
  allocator: { good: ['jemalloc', 'system'], bad: ['tcmalloc', ''] },
  attached: switchOf,
  profile: { good: ['profiles', 'a b'], bad: [''] },
  'profile-native': switchOf,
  time: switchOf,
  'min-rounds': count,
  'min-time': time,
  'time-max': time,
  'warmup-rounds': countFromZero,
  compare: { good: [undefined, 'base.json'], bad: [] },
  'compare-fail': limit,
  'compare-fail-on-change': limit,
  rename: { good: ['a::b=c::d', 'a::=c::'], bad: ['a', ''] },
  against: { good: ['run', 'level'], bad: ['tip', ''] },
  'main-branch': { good: ['trunk'], bad: [''] },
  'require-baseline': switchOf,
  history: switchOf,
  'original-postfix': { good: ['orig', '_old,baseline'], bad: ['', ',', '_'] },
  'reference-postfix': { good: ['new'], bad: ['', ' '] },
  'analyze-group-by': { good: ['group', 'custom:k,param:n'], bad: ['gruop', 'param:', ''] },
  columns: { good: ['time', 'peak,allocated'], bad: ['paek', 'time,,peak', ''] },
  stats: { good: ['min', 'min,max'], bad: ['avg', ''] },
  table: { good: ['combined', 'split'], bad: ['wide', ''] },
  reporter: { good: ['table', 'json', 'junit=j.xml'], bad: ['junti', 'junit=', ''] },
  json: { good: ['run.json', '-'], bad: [''] },
  save: { good: ['main'], bad: [''] },
  'save-rounds': { good: ['all', '200'], bad: ['0', 'some', ''] },
  autosave: switchOf,
  storage: { good: ['.runs'], bad: [''] },
  tag: { good: ['a=b', 'a='], bad: ['a', '=b', ''] },
  color: switchOf,
};

const neverWrites: NonNullable<FakeWorld['suite']> = {
  openRunFile: async (path) => ({ path, write: async () => {} }),
  reserveNumber: async () => ({ path: 'saved.json', number: 1, release: async () => {} }),
  writeText: async () => {},
  profileCases: async () => {},
};
const bench = runWorld([{ planned: plannedCase('a.bench.ts', 'b'), figures: steady, times: [1] }]);
const commands: Readonly<Record<string, { readonly words: readonly string[]; readonly world: FakeWorld }>> = {
  run: { words: ['run'], world: { ...bench, cwd, suite: { ...bench.suite, ...neverWrites } } },
  measure: {
    words: ['measure', 'job.mjs'],
    world: {
      cwd,
      modules: { 'job.mjs': functions('only') },
      measure: async () => steady,
      suite: neverWrites,
    },
  },
};

function argvOf(flag: SuiteFlag, value: string | undefined): string[] {
  const needsCompare = [
    'compare-fail',
    'compare-fail-on-change',
    'rename',
    'against',
    'require-baseline',
  ].includes(flag);
  return [
    ...(needsCompare ? ['--compare=base.json'] : []),
    ...(flag === 'profile-native' ? ['--profile=profiles'] : []),
    ...(value === undefined ? [`--${flag}`] : [`--${flag}=${value}`]),
  ];
}

async function answers(flag: SuiteFlag, value: string | undefined): Promise<Record<string, string>> {
  const texts = Object.entries(commands).map(async ([name, { words, world }]) => {
    const { code, stderr } = await runFake([...words, ...argvOf(flag, value)], world);
    const refusal = /^benchmem: .*$/m.exec(stderr)?.[0] ?? stderr;
    return [name, code === 2 ? refusal : 'taken'] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

const camelCase = (flag: string) => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const perInvocation: readonly SuiteFlag[] = ['config', 'shard', 'rename'];

function inConfig(flag: SuiteFlag, value: string | undefined): Promise<'taken' | 'refused'> {
  return configAnswer({ [camelCase(flag)]: value ?? true });
}

async function configAnswer(benchmem: object): Promise<'taken' | 'refused'> {
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ benchmem }));
  try {
    await readRunConfig(cwd, undefined);
    return 'taken';
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_CONFIG' });
    return 'refused';
  } finally {
    rmSync(join(cwd, 'package.json'));
  }
}

describe.each(suiteFlagNames)('--%s', (flag) => {
  const { good, bad } = values[flag];

  it.each(good.map((value) => [value]))('%j is taken by both commands and the config', async (value) => {
    expect(await answers(flag, value)).toEqual({ run: 'taken', measure: 'taken' });
    if (!perInvocation.includes(flag)) expect(await inConfig(flag, value)).toBe('taken');
  });

  if (bad.length > 0)
    it.each(bad.map((value) => [value]))('%j is refused by both in the same words', async (value) => {
      const { run, measure } = await answers(flag, value);
      expect(run).toMatch(/^benchmem: /);
      expect(measure).toBe(run);
      if (!perInvocation.includes(flag)) expect(await inConfig(flag, value)).toBe('refused');
    });

  it('twice is refused by both alike, unless it is a list', async () => {
    const [value] = good;
    const twice = [...argvOf(flag, value), ...argvOf(flag, value).slice(-1)];
    const codes = await Promise.all(
      Object.values(commands).map(async ({ words, world }) => {
        const { code, stderr } = await runFake([...words, ...twice], world);
        return [code === 2, /^benchmem: .*$/m.exec(stderr)?.[0]];
      }),
    );
    expect(codes[0]).toEqual(codes[1]);
  });
});

// Where an option exists besides its flag, and how it is called there.
const rows: readonly (readonly [string, SharedOption])[] = Object.entries(sharedOptions);
const namesIn = (place: 'api' | 'bench'): { readonly [Flag in SuiteFlag]?: string } =>
  Object.fromEntries(
    rows
      .filter(([, { flag, in: places }]) => flag in values && places.includes(place))
      .map(([name, { flag }]) => [flag, name]),
  );
const inApi = namesIn('api');
const inBench = namesIn('bench');

type Options = Readonly<Record<string, unknown>>;
const checks = {
  api: (options: Options) => checkMeasureOptions({ module: '/job.js' }, { isolate: true, ...options }),
  bench: (options: Options) => checkBenchOptions('b', options),
};

/** The error, or undefined if the options are taken. */
function refusalOf(place: keyof typeof checks, options: Options): BenchmemError | undefined {
  try {
    checks[place](options);
    return undefined;
  } catch (error) {
    if (error instanceof BenchmemError && error.code === 'INVALID_OPTION') return error;
    throw error;
  }
}

/** What a program passes for the text of a flag. */
function optionValue(flag: SuiteFlag, text: string | undefined): unknown {
  if (text === undefined) return true;
  if (flag === 'max-time' || flag === 'timeout') return milliseconds(flag, text);
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function milliseconds(flag: string, text: string): unknown {
  try {
    return duration(flag, text);
  } catch {
    return text === '0' ? 0 : text;
  }
}

describe.each([
  ['api', inApi],
  ['bench', inBench],
] as const)('the options of %s', (place, names) => {
  it.each(Object.entries(names))(
    '--%s, there %s, takes and refuses the same values',
    async (name, option) => {
      const flag = name as SuiteFlag;
      for (const text of values[flag].good)
        expect(refusalOf(place, { [option]: optionValue(flag, text) }), text).toBeUndefined();
      for (const text of values[flag].bad) {
        const value = optionValue(flag, text);
        const refusal = refusalOf(place, { [option]: value });
        expect(refusal, `${option}: ${value}`).toBeDefined();
        const wants = refusal?.hint.replace(/^pass /, '') ?? '';
        const { run = '' } = await answers(flag, text);
        if (typeof value === 'number' && value !== 0)
          expect(run).toContain(`--${flag} must be ${wants}, not `);
      }
    },
  );
});

describe('the table of shared options', () => {
  it.each(rows)('has all of %s in one row', async (_name, { flag, check, choices, unlessGiven, help }) => {
    expect(help.includes('DEFAULT')).toBe(unlessGiven !== undefined);
    if (unlessGiven !== undefined) expect(check.accepts(unlessGiven)).toBe(true);
    for (const choice of choices ?? []) expect(check.accepts(choice)).toBe(true);
    const { stdout } = await runFake(['measure', '--help'], { columns: 100 });
    const [, shown = ''] = stdout.split(new RegExp(`^ +--${flag} `, 'm'));
    const [start = ''] = help.split('DEFAULT');
    expect(shown.replaceAll(/\s+/g, ' ')).toContain(start.trim());
  });

  it.each([
    ['--timeout', '10m'],
    ['--min-time', '100us'],
    ['--time-max', '1s'],
    ['--allocator', 'jemalloc'],
    ['--warmup', '1'],
  ])('says the default of %s as it is typed: %s', async (flag, typed) => {
    const { stdout } = await runFake(['run', '--help'], { columns: 100 });
    const line = stdout.split('\n').find((each) => each.trim().startsWith(`${flag} `));
    expect(line).toMatch(new RegExp(`\\b${typed}\\b.*default|default: ${typed}\\)`));
  });
});

describe('options beside one another', () => {
  const argvFor = (options: Options) =>
    Object.entries(options).map(([option, value]) => {
      const flag = flagFor(option);
      if (typeof value === 'boolean') return value ? `--${flag}` : `--no-${flag}`;
      return option.endsWith('Ms') ? `--${flag}=${value}ms` : `--${flag}=${value}`;
    });
  const flagFor = (option: string) =>
    Object.entries(inApi).find(([, name]) => name === option)?.[0] ?? option;
  const configFor = (options: Options) =>
    Object.fromEntries(
      Object.entries(options).map(([option, value]) => [
        camelCase(flagFor(option)),
        option.endsWith('Ms') ? `${value}ms` : value,
      ]),
    );
  const withFlags = (message: string, options: Options) =>
    Object.keys(options).reduce(
      (text, option) => text.replaceAll(new RegExp(`(?<![-\\w])${option}\\b`, 'g'), `--${flagFor(option)}`),
      message,
    );

  it.each<[Options, boolean]>([
    [{ cold: true, warmup: 2 }, false],
    [{ cold: true, attached: true }, false],
    [{ attached: true, rss: true }, false],
    [{ attached: true, rssPasses: 2 }, false],
    [{ attached: true, objects: true }, false],
    [{ attached: true, allocator: 'system' }, false],
    [{ rssPasses: 2 }, true],
    [{ rssPasses: 2, rss: false }, true],
    [{ attached: true, rss: false, objects: false }, true],
    [{ cold: true, warmup: 1, rss: true }, true],
  ])('%j are taken everywhere, or refused in the same words: %s', async (options, isTaken) => {
    const refusal = refusalOf('api', options);
    expect(refusal === undefined).toBe(isTaken);
    const isBench = Object.keys(options).every((option) => Object.values(inBench).includes(option));
    if (isBench)
      expect(refusalOf('bench', options)?.message).toBe(refusal && `bench "b": ${refusal.message}`);
    expect(await configAnswer(configFor(options))).toBe(isTaken ? 'taken' : 'refused');
    for (const { words, world } of Object.values(commands)) {
      const { code, stderr } = await runFake([...words, ...argvFor(options)], world);
      if (refusal === undefined) expect(code, stderr).not.toBe(2);
      else expect(stderr).toContain(`benchmem: ${withFlags(refusal.message, options)}\n`);
    }
  });

  it('repeats beside a time are refused where people type them, and bounded by no time in the API', async () => {
    const options = { repeats: 2, maxTimeMs: 5 };
    expect(refusalOf('api', options)).toBeUndefined();
    expect(await configAnswer(configFor(options))).toBe('refused');
    for (const { words, world } of Object.values(commands)) {
      const { code, stderr } = await runFake([...words, ...argvFor(options)], world);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--repeats sets the number of passes')]);
    }
  });
});

it('every one of them stands in the help of both commands', async () => {
  for (const command of Object.keys(commands)) {
    const { stdout } = await runFake([command, '--help'], { columns: 100 });
    for (const flag of suiteFlagNames) expect(stdout, command).toMatch(new RegExp(`^ +--${flag} `, 'm'));
  }
});

describe('what only one command has', () => {
  it.each([
    ['measure', ['-k', 'a']],
    ['measure', ['--list']],
    ['measure', ['--kind', 'sweep']],
    ['run', ['--export', 'a']],
    ['run', ['--args', '[]']],
    ['run', ['--details']],
    ['run', ['--loads']],
  ])('%s refuses %j', async (command, flags) => {
    const { words = [], world } = commands[command] ?? {};
    expect(await runFake([...words, ...flags], world)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown option'),
    });
  });
});
