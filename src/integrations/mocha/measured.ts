// The tests of one process that mocha runs, as they are measured: before each test its function is replaced by one that
// opens a window around it.
import { relative, sep } from 'node:path';
import { isThenable } from '../../shapes.js';
import { CallbackTest, type DoneCallback } from '../../testing/callback.js';
import { fileSettings } from '../../testing/docblock.js';
import { extraTimeMs, planOf, type TestPlan } from '../../testing/plan.js';
import { processTests } from '../../testing/process-tests.js';
import { runnerVersion } from '../../testing/runner-version.js';
import { mergeSettings, type TestSettings } from '../../testing/settings.js';
import { TestIds } from '../../testing/test-ids.js';
import { TestRun } from '../../testing/test-run.js';
import type { MochaBody, MochaSuite, MochaTest } from './types.js';

export class MeasuredProcess {
  readonly #settings: TestSettings;
  readonly #files = new Map<string, TestSettings | undefined>();
  readonly #ids = new TestIds();
  readonly #bodies = new WeakMap<MochaBody, MochaBody>();
  #version: string | undefined;
  #running: TestRun | undefined;

  constructor(settings: TestSettings) {
    this.#settings = settings;
  }

  /** Before the hooks of the test. Throws INVALID_OPTION for settings that cannot be read. */
  begin(test: MochaTest): void {
    this.abandon();
    const { fn, file = '' } = test;
    if (typeof fn !== 'function') return;
    const tests = processTests();
    const settings = mergeSettings(this.#settings, tests.settings, this.#ofFile(file));
    const plan = planOf(settings, tests.spool !== undefined, `the test ${test.title}`);
    if (plan === undefined) return;
    // A further try has the function that the first one was given.
    const body = this.#bodies.get(fn) ?? fn;
    if (test.timeout() > 0) test.timeout(test.timeout() + extraTimeMs(plan));
    const replaced = body.length > 0 ? this.#withDone(test, body, plan) : this.#plain(test, body, plan);
    this.#bodies.set(replaced, body);
    test.fn = replaced;
    test.async = replaced.length;
    test.sync = replaced.length === 0;
  }

  /** The runner went on while the body of a test still runs. */
  abandon(): void {
    this.#running?.abandon('the test ended before its body did');
    this.#running = undefined;
  }

  #plain(test: MochaTest, body: MochaBody, plan: TestPlan): MochaBody {
    const run = this.#run.bind(this);
    return async function (this: unknown) {
      let answersPromise = true;
      await run(test, plan, () => {
        const value = body.call(this);
        answersPromise = isThenable(value);
        return value;
      });
      if (test.asyncOnly === true && !answersPromise) throw new Error(onlyAsync);
    };
  }

  #withDone(test: MochaTest, body: MochaBody, plan: TestPlan): MochaBody {
    const run = this.#run.bind(this);
    return function (this: unknown, mochaDone?: DoneCallback) {
      const call = new CallbackTest(mochaDone);
      call.tell(run(test, plan, () => call.call((done) => body.call(this, done))));
    };
  }

  async #run(test: MochaTest, plan: TestPlan, body: () => unknown): Promise<unknown> {
    const file = fileOf(test);
    this.#version ??= runnerVersion('mocha', process.cwd());
    const run = new TestRun(processTests(), {
      runner: { name: 'mocha', version: this.#version },
      id: this.#ids.idOf(test.retriedTest() ?? test, { file, suites: suitesOf(test), name: test.title }),
      file,
      retry: test.currentRetry(),
      plan,
      isOwn: false,
      isConcurrent: false,
    });
    this.#running = run;
    try {
      return await run.run(body);
    } finally {
      if (this.#running === run) this.#running = undefined;
    }
  }

  #ofFile(path: string): TestSettings | undefined {
    if (path !== '' && !this.#files.has(path)) this.#files.set(path, fileSettings(path));
    return this.#files.get(path);
  }
}

const onlyAsync = '--async-only option in use without declaring `done()` or returning a promise';

function fileOf({ file }: MochaTest): string {
  return file === undefined ? 'unknown' : relative(process.cwd(), file).split(sep).join('/');
}

function suitesOf(test: MochaTest): string[] {
  const suites: string[] = [];
  for (let suite: MochaSuite | undefined = test.parent; suite !== undefined; suite = suite.parent) {
    if (!suite.root) suites.unshift(suite.title);
  }
  return suites;
}
