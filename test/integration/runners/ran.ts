// One run of a test runner in a project of its own: what the runner said of each test, and what was measured.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRecord } from '../../../src/testing/record.js';
import { readSpool, type SpoolContents } from '../../../src/testing/spool.js';
import { makeRunnerProject, runnerArgv, type TestRunner } from '../../support/test-runners.js';

export interface Verdict {
  readonly status: string;
  readonly message: string;
}

export interface Ran {
  /** The runner's exit code. */
  readonly code: number | null;
  /** Standard output and standard error, without colours. */
  readonly output: string;
  /** By the test's own name; of a test with several tries the last one. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly spool: SpoolContents;
  recordOf(name: string): TestRecord;
}

export interface RunRequest {
  readonly runner: TestRunner;
  readonly files: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** False: nobody asks for a report. */
  readonly report?: boolean;
  /** True: no plug-in of ours is there. */
  readonly alone?: boolean;
}

const reporterOfNode = `
import { appendFileSync } from 'node:fs';
export default async function* (events) {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const status = data.skip !== undefined ? 'pending' : type === 'test:pass' ? 'passed' : 'failed';
    const { error } = data.details;
    const message = error === undefined ? '' : String((error.cause ?? error).message ?? error.cause) + '\\n' + ((error.cause ?? error).stack ?? '');
    appendFileSync('verdicts.jsonl', JSON.stringify({ title: data.name, status, message }) + '\\n');
  }
}
`;

const resultFlags: Readonly<Record<TestRunner, readonly string[]>> = {
  'vitest-4': ['--reporter=json', '--outputFile=verdicts.json', '--reporter=default'],
  'vitest-5': ['--reporter=json', '--outputFile=verdicts.json', '--reporter=default'],
  jest: ['--json', '--outputFile=verdicts.json'],
  mocha: ['--reporter', 'json', '--reporter-option', 'output=verdicts.json'],
  'node-test': ['--test-reporter', './verdicts-reporter.mjs', '--test-reporter-destination', 'stdout'],
};

/** Runs the tests of these files to their end. */
export function runTests(request: RunRequest): Ran {
  const { runner, files, node, args = [], env = {}, report = true, alone = false } = request;
  const own = runner === 'node-test' ? { 'verdicts-reporter.mjs': reporterOfNode } : {};
  const project = makeRunnerProject(runner, { ...own, ...files });
  try {
    const spool = join(project, 'spool');
    mkdirSync(spool);
    const argv = [...runnerArgv(runner, alone), ...resultFlags[runner], ...args];
    const { status, stdout, stderr } = spawnSync(node ?? process.execPath, argv, {
      cwd: project,
      encoding: 'utf8',
      timeout: 380_000,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...plainEnvironment(), ...(report ? { BENCHMEM_SPOOL: spool } : {}), ...env },
    });
    const contents = readSpool(spool);
    return {
      code: status,
      output: withoutColours(stdout + stderr),
      verdicts: verdictsIn(project),
      spool: contents,
      recordOf: (name) => recordNamed(contents, name),
    };
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

// WHY: what a runner says to its own processes is left out, because these tests run inside one.
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) =>
      !/^(VITEST|JEST_|NODE_TEST_CONTEXT|NODE_OPTIONS|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$)/.test(name),
  );
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    NODE_ENV: 'test',
    CI: 'true',
  };
}

function recordNamed({ records }: SpoolContents, name: string): TestRecord {
  const record = records.find(({ id }) => id.endsWith(`::${name}`));
  if (record === undefined) {
    throw new Error(`no record of ${name}; there are: ${records.map(({ id }) => id).join(', ')}`);
  }
  return record;
}

interface ForeignResult {
  readonly title: string;
  readonly status?: string;
  readonly message?: string;
  readonly failureMessages?: readonly string[];
  readonly err?: { readonly message?: string; readonly stack?: string };
}

function verdictsIn(project: string): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const { title, status = 'passed', message = '', failureMessages, err } of resultsIn(project)) {
    const said = failureMessages?.join('\n') ?? (err?.stack ? `${err.message}\n${err.stack}` : message);
    verdicts.set(title, { status, message: withoutColours(said) });
  }
  return verdicts;
}

function resultsIn(project: string): ForeignResult[] {
  const lines = join(project, 'verdicts.jsonl');
  if (existsSync(lines)) {
    return readFileSync(lines, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
  const path = join(project, 'verdicts.json');
  if (!existsSync(path)) return [];
  const whole = JSON.parse(readFileSync(path, 'utf8'));
  if (Array.isArray(whole.testResults)) {
    return whole.testResults.flatMap((file: { assertionResults: ForeignResult[] }) => file.assertionResults);
  }
  const named = (status: string, tests: ForeignResult[]) => tests.map((test) => ({ ...test, status }));
  return [
    ...named('passed', whole.passes),
    ...named('failed', whole.failures),
    ...named('pending', whole.pending),
  ];
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal is told a colour.
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
