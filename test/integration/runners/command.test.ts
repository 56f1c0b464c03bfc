// `benchmem test` around each runner: the same tests, in the same report and run file, whoever runs them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProfile, topStacks } from '../../../src/profile/index.js';
import { makeRunnerProject, runnerArgv, type TestRunner } from '../../support/test-runners.js';

const suite = (imports: string) => `${imports}
const kept = [];
describe('bodies', () => {
  it('needs ten Buffers', () => {
    for (let each = 0; each < 10; each += 1) kept.push(Buffer.alloc(1e6));
  });
  it('needs little', () => {});
});
it('dies', () => {
  if (process.env.DIES) process.kill(process.pid, 'SIGKILL');
});
`;

interface Project {
  readonly runner: TestRunner;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

const projects: readonly Project[] = [
  {
    runner: 'vitest-4',
    name: 'vitest',
    files: {
      'vitest.config.mjs':
        "import { memory } from 'benchmem/vitest';\nexport default { plugins: [memory()] };\n",
      'suite.test.mjs': suite("import { describe, it } from 'vitest';"),
    },
    words: [],
  },
  {
    runner: 'jest',
    name: 'jest',
    files: {
      'jest.config.js': "module.exports = { testEnvironment: 'benchmem/jest' };\n",
      'suite.test.js': suite(''),
    },
    words: [],
  },
  { runner: 'mocha', name: 'mocha', files: { 'suite.test.cjs': suite('') }, words: ['suite.test.cjs'] },
  {
    runner: 'node-test',
    name: 'node:test',
    files: { 'suite.test.mjs': suite("import { describe, it } from 'node:test';") },
    words: [],
  },
];

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function projectOf({ runner, files }: Project): string {
  const folder = makeRunnerProject(runner, files);
  made.push(folder);
  return folder;
}

/** Without the plug-in that a test of the plug-ins puts on node's command line: the command hooks by itself. */
function run(
  folder: string,
  { runner, words }: Project,
  options: readonly string[],
  env: Record<string, string> = {},
) {
  const argv = runnerArgv(runner).filter((word) => word !== '--import' && word !== 'benchmem/node-test');
  const program = join(folder, '../../node_modules/benchmem/bin/benchmem.js');
  const line = [program, 'test', ...options, '--', process.execPath, ...argv, ...words];
  const plain = { ...process.env, NODE_OPTIONS: '', VITEST: '', NODE_TEST_CONTEXT: undefined, ...env };
  return spawnSync(process.execPath, line, { cwd: folder, encoding: 'utf8', env: plain });
}

interface Measured {
  readonly fullname: string;
  readonly extra_info: {
    readonly benchmem: { readonly native_total_bytes: readonly number[]; readonly test: object };
  };
}

describe.each(projects)('benchmem test with $name', (project) => {
  const folder = projectOf(project);

  it('reports every test and writes its run file', () => {
    const { status, stdout, stderr } = run(folder, project, ['--json', 'tests.json', '--most', '0']);
    expect([status, stderr.includes('benchmem:')]).toEqual([0, false]);
    expect(stdout).toMatch(/^ Memory {3}3 tests measured/m);
    expect(stdout).toMatch(/needs ten Buffers +9\.\d\d MiB/);
    const { benchmarks, benchmem } = JSON.parse(readFileSync(join(folder, 'tests.json'), 'utf8'));
    expect(benchmem).toMatchObject({ kind: 'test', complete: true });
    const found = (benchmarks as Measured[]).find(({ fullname }) => fullname.endsWith('needs ten Buffers'));
    expect(found?.extra_info.benchmem.native_total_bytes[0]).toBeGreaterThanOrEqual(10_000_000);
    expect(found?.extra_info.benchmem.test).toMatchObject({ runner: project.name, outcome: 'passed' });
  });

  it('fails a test by a limit of the command', () => {
    const { status, stdout } = run(folder, project, ['--limit', 'native:1MB', '--stacks', '3', '--native']);
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/^ × suite\.test\.\w+::bodies::needs ten Buffers: held \S+ MiB of native memory/m);
    expect(stdout).toMatch(/^ {5}\S+ MiB {2}\d+ allocations? {2}.*ArrayBuffer/m);
  });

  it('runs deterministically, and keeps sizes, native frames and profiles', () => {
    const options = ['--deterministic', '--sizes', '--native', '--profile', 'memory', '--most', '1'];
    const words = [...options, '--limit', 'native:1MB', '--json', 'kept.json'];
    const { stdout, stderr } = run(folder, project, words);
    expect(stderr).not.toContain('without the preload library');
    expect(stdout).toMatch(/^ Memory {3}3 tests measured {3}.*, preloaded, jemalloc/m);
    expect(stdout).toMatch(/^ {5}\S+ MiB {2}\d+ allocations? {2}.*ArrayBuffer/m);
    expect(stdout).toMatch(/ sizes$/m);
    expect(stdout).toMatch(/^ Profiles {2}1 in memory, shown by: benchmem flamegraph memory$/m);
    const kept = readdirSync(join(folder, 'memory'));
    expect(kept).toHaveLength(1);
    const { benchmarks } = JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8'));
    const ten = (benchmarks as Measured[]).find(({ fullname }) => fullname.endsWith('needs ten Buffers'));
    expect(ten?.extra_info.benchmem).toMatchObject({
      environment: { mode: 'preloaded' },
      profile: { file: `memory/${kept[0]}` },
    });
    const profile = readProfile(readFileSync(join(folder, 'memory', kept[0] ?? '')), 'memory');
    expect(profile.meta.id).toBe(ten?.fullname);
    expect(topStacks(profile, { most: 1 })[0]?.bytes).toBe(10_000_000);
  });

  it('names the test in which the process ended', () => {
    const { status, stdout } = run(folder, project, [], { DIES: '1' });
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/^ × suite\.test\.\w+::dies: its process \(pid \d+\) ended inside this test/m);
  });
});

const leaky = `
class Session { constructor() { this.rows = {}; } }
const sessions = [];
it('keeps its session', () => { sessions.push(new Session()); });
it('keeps nothing', () => { JSON.parse('{"a":1}'); });
`;
const isFull = process.env.BENCHMEM_FULL === '1';

it.each(projects.filter(({ runner }) => isFull || runner === 'vitest-4' || runner === 'node-test'))(
  'benchmem test --leaks with $name names what keeps the objects, or says what it did not look at',
  (project) => {
    const files = Object.entries(project.files).map(([name, text]) => [
      name,
      text.includes('needs ten Buffers') ? `${text.split('\n')[0]}\n${leaky}` : text,
    ]);
    const folder = projectOf({ ...project, files: Object.fromEntries(files) });
    const { status, stdout } = run(folder, project, ['--leaks', '--json', 'leaks.json']);
    const { benchmarks } = JSON.parse(readFileSync(join(folder, 'leaks.json'), 'utf8'));
    const testOf = (name: string) =>
      (benchmarks as Measured[]).find(({ fullname }) => fullname.endsWith(name))?.extra_info.benchmem.test;
    if (project.runner === 'node-test') {
      expect(status).toBe(0);
      expect(stdout).toMatch(/2 not checked for leaks: node:test hands the body of a test to nobody/);
      expect(testOf('keeps nothing')).toMatchObject({
        leak_unchecked: expect.stringContaining('limitLeaks'),
      });
      return;
    }
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/× suite\.test\.\w+::keeps its session: leaks \S+ B per call, limit 0 B/);
    expect(stdout).toMatch(/^ {5}\d x Session, .* kept by .*sessions|^ {5}\d x Session, .* kept by module/m);
    expect(testOf('keeps its session')).toMatchObject({ outcome: 'leak', leak: { is_leak: true } });
    expect(testOf('keeps nothing')).toMatchObject({ outcome: 'passed', leak: { is_leak: false } });
  },
);

it('says what to set up where the runner has no plug-in', () => {
  const bare = projectOf({ ...(projects[1] as Project), files: { 'suite.test.js': suite('') } });
  const { status, stderr } = run(bare, projects[1] as Project, []);
  expect(status).toBe(2);
  expect(stderr).toContain("hint: set testEnvironment: 'benchmem/jest'");
});
