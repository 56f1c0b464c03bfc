// The tests of one file that jest runs, as they are measured: the function of each is replaced by one that opens a window
// around it. Jest calls the new one as it would have called the old one.
import { relative, sep } from 'node:path';
import { inspect } from 'node:util';
import { atFrames } from '../../limits/caller-frames.js';
import { isThenable } from '../../shapes.js';
import { CallbackTest, type DoneCallback } from '../../testing/callback.js';
import { fileSettings } from '../../testing/docblock.js';
import { extraTimeMs, planOf, type TestPlan } from '../../testing/plan.js';
import { processTests } from '../../testing/process-tests.js';
import { projectSettings } from '../../testing/project-settings.js';
import { runnerVersion } from '../../testing/runner-version.js';
import { mergeSettings, readShortSettings, type TestSettings } from '../../testing/settings.js';
import { TestIds } from '../../testing/test-ids.js';
import { type PlannedTest, TestRun } from '../../testing/test-run.js';
import { noteUnmeasured } from '../../testing/unmeasured.js';
import type {
  CircusBlock,
  CircusBody,
  CircusEvent,
  CircusState,
  CircusTest,
  EnvironmentConfig,
  EnvironmentContext,
} from './types.js';

// WHY: settings are read once, because each file has an environment, and all files of a process have one project.
const projects = new Map<string, Promise<TestSettings>>();

export class MeasuredFile {
  readonly #config: EnvironmentConfig['projectConfig'];
  readonly #path: string;
  readonly #ofPlugin: TestSettings;
  #settings: TestSettings;
  readonly #ids = new TestIds();
  readonly #replaced = new WeakSet<CircusTest>();
  readonly #running = new Map<CircusTest, TestRun>();
  readonly #beforeCall: () => void;
  #version: string | undefined;

  /** Throws INVALID_OPTION for settings that cannot be read. */
  constructor(
    { projectConfig }: EnvironmentConfig,
    { testPath }: EnvironmentContext,
    beforeCall: () => void,
  ) {
    this.#config = projectConfig;
    this.#path = testPath;
    this.#beforeCall = beforeCall;
    const { memory } = projectConfig.testEnvironmentOptions;
    const origin = 'testEnvironmentOptions.memory';
    const given = memory === undefined ? undefined : readShortSettings(memory, origin);
    this.#ofPlugin = mergeSettings(processTests().settings, given, fileSettings(testPath));
    this.#settings = this.#ofPlugin;
  }

  /** Before the tests: what the project's config says stands below all else. Throws BAD_CONFIG, INVALID_OPTION. */
  async readProject(): Promise<void> {
    const { rootDir } = this.#config;
    const reading = projects.get(rootDir) ?? projectSettings(rootDir);
    projects.set(rootDir, reading);
    this.#settings = mergeSettings(await reading, this.#ofPlugin);
  }

  handle({ name, test }: CircusEvent, state: CircusState): void {
    if (test === undefined) return;
    if (name === 'test_start') this.#begin(test, state);
    else if (name === 'test_fn_start') this.#passOver(test);
    else if (name === 'test_fn_failure' || name === 'test_done') this.#abandon(test);
  }

  #begin(test: CircusTest, { testTimeout }: CircusState): void {
    const { fn } = test;
    if (fn === undefined || this.#replaced.has(test)) return;
    const plan = planOf(this.#settings, processTests().spool !== undefined, `the test ${test.name}`);
    if (plan === undefined) {
      if (test.concurrent === true) this.#keepCompany(test, fn);
      return;
    }
    this.#replaced.add(test);
    const extraMs = extraTimeMs(plan);
    if (extraMs > 0) test.timeout = (test.timeout ?? testTimeout) + extraMs;
    if (isGenerator(fn)) return;
    test.fn = fn.length > 0 ? this.#withDone(test, fn, plan) : this.#plain(test, fn, plan);
  }

  // Jest calls generators by a library of its own, which knows nothing of a window.
  #passOver(test: CircusTest): void {
    if (!this.#replaced.has(test) || !isGenerator(test.fn)) return;
    noteUnmeasured(processTests(), this.#known(test), 'its body is a generator');
  }

  #keepCompany(test: CircusTest, fn: CircusBody): void {
    if (fn.length > 0 || isGenerator(fn)) return;
    this.#replaced.add(test);
    test.fn = function (this: unknown) {
      return processTests().company.besideOthers(() => fn.call(this));
    };
  }

  #plain(test: CircusTest, fn: CircusBody, plan: TestPlan): CircusBody {
    const run = this.#run.bind(this);
    return async function (this: unknown) {
      const value = await run(test, plan, () => settledCall(fn, this));
      if (value instanceof Answered) throw atFrames(new Error(value.complaint), test.asyncError ?? {});
    };
  }

  #withDone(test: CircusTest, fn: CircusBody, plan: TestPlan): CircusBody {
    const run = this.#run.bind(this);
    return function (this: unknown, jestDone?: DoneCallback) {
      const call = new CallbackTest(jestDone);
      call.tell(run(test, plan, () => call.call((done) => fn.call(this, done), bothWays)));
    };
  }

  async #run(test: CircusTest, plan: TestPlan, body: () => unknown): Promise<unknown> {
    const run = new TestRun(processTests(), {
      ...this.#known(test),
      plan,
      isOwn: false,
      isToFail: test.failing === true,
      isConcurrent: test.concurrent === true,
      madeAt: test.asyncError,
      beforeCall: this.#beforeCall,
    });
    this.#running.set(test, run);
    try {
      return await run.run(body);
    } finally {
      if (this.#running.get(test) === run) this.#running.delete(test);
    }
  }

  #known(test: CircusTest): Pick<PlannedTest, 'runner' | 'id' | 'file' | 'line' | 'retry'> {
    const { rootDir, displayName } = this.#config;
    const file = relative(rootDir, this.#path).split(sep).join('/');
    this.#version ??= runnerVersion('jest', rootDir);
    return {
      runner: { name: 'jest', version: this.#version },
      id: this.#ids.idOf(test, { file, project: displayName?.name, ...namesOf(test) }),
      file,
      line: lineIn(this.#path, test.asyncError?.stack),
      retry: Math.max(0, test.invocations - 1),
    };
  }

  // The runner's timeout came first: the body may never end, and must not keep the next test from its window.
  #abandon(test: CircusTest): void {
    this.#running.get(test)?.abandon('the test ended before its body did');
    this.#running.delete(test);
  }
}

/** What a test that is no promise must not do. */
class Answered {
  readonly complaint: string;

  constructor(value: unknown) {
    this.complaint = `test functions can only return Promise or undefined.\nReturned value: ${inspect(value)}`;
  }
}

function settledCall(fn: CircusBody, self: unknown): unknown {
  const value = fn.call(self);
  return value === undefined || isThenable(value) ? value : new Answered(value);
}

function bothWays(value: unknown): Error | undefined {
  if (value === undefined) return undefined;
  return new Error(
    "Test functions cannot both take a 'done' callback and return something. Either use a 'done' callback, or return " +
      `a promise.\nReturned value: ${inspect(value)}`,
  );
}

function isGenerator(fn: unknown): boolean {
  return Object.prototype.toString.call(fn) === '[object GeneratorFunction]';
}

const rootBlock = 'ROOT_DESCRIBE_BLOCK';

function namesOf(test: CircusTest): { suites: string[]; name: string } {
  const suites: string[] = [];
  for (let block: CircusBlock | undefined = test.parent; block !== undefined; block = block.parent) {
    if (block.name !== rootBlock) suites.unshift(block.name);
  }
  return { suites, name: test.name };
}

function lineIn(path: string, stack: string | undefined): number | undefined {
  const at = stack?.indexOf(`${path}:`) ?? -1;
  const line = at === -1 ? undefined : /^:(\d+):/.exec(stack?.slice(at + path.length) ?? '')?.[1];
  return line === undefined ? undefined : Number(line);
}
