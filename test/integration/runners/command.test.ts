// `benchmem test` around each runner: the same tests, in the same report and run file, whoever runs them.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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
    const { status, stdout } = run(folder, project, ['--limit', 'native:1MB', '--stacks', '3']);
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/^ × suite\.test\.\w+::bodies::needs ten Buffers: held \S+ MiB of native memory/m);
    expect(stdout).toMatch(/^ {5}\S+ MiB {2}\d+ allocations? {2}.*ArrayBuffer/m);
  });

  it('names the test in which the process ended', () => {
    const { status, stdout } = run(folder, project, [], { DIES: '1' });
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/^ × suite\.test\.\w+::dies: its process \(pid \d+\) ended inside this test/m);
  });
});

it('says what to set up where the runner has no plug-in', () => {
  const bare = projectOf({ ...(projects[1] as Project), files: { 'suite.test.js': suite('') } });
  const { status, stderr } = run(bare, projects[1] as Project, []);
  expect(status).toBe(2);
  expect(stderr).toContain("hint: set testEnvironment: 'benchmem/jest'");
});
