// One try of a vitest test, as it is measured: what its settings are, what it is called, and its body in a window.
import { relative, sep } from 'node:path';
import type { RunnerTestCase, RunnerTestSuite } from 'vitest';
import { fileSettings } from '../../testing/docblock.js';
import { planOf, type TestPlan } from '../../testing/plan.js';
import { processTests } from '../../testing/process-tests.js';
import { mergeSettings, readShortSettings, type TestSettings } from '../../testing/settings.js';
import { TestIds } from '../../testing/test-ids.js';
import { TestRun } from '../../testing/test-run.js';
import { withoutListeners } from './listeners.js';
import type { Provided } from './provided.js';

/** What the runner of a file and its set-up file share. */
export class MeasuredTests {
  readonly #provided: Provided;
  readonly #ids = new TestIds();
  readonly #files = new Map<string, TestSettings | undefined>();
  readonly #beforeCall: (() => void) | undefined;

  /** `beforeCall` comes before each further call of a body that is repeated. */
  constructor(provided: Provided, beforeCall?: () => void) {
    this.#provided = provided;
    this.#beforeCall = beforeCall;
  }

  /** Runs the body, inside a window where the test has a limit or a report was asked for. */
  async run(test: RunnerTestCase, body: () => unknown): Promise<void> {
    const tests = processTests();
    const { plan, isOwn } = this.#plan(test, tests.settings, tests.spool !== undefined);
    const isConcurrent = test.concurrent === true;
    if (plan === undefined) {
      await (isConcurrent ? tests.company.besideOthers(body) : body());
      return;
    }
    const { version, aroundHooks } = this.#provided;
    const run = new TestRun(tests, {
      runner: { name: 'vitest', version },
      id: this.#idOf(test),
      file: this.#fileOf(test),
      line: test.location?.line,
      retry: test.result?.retryCount ?? 0,
      includes: aroundHooks ? 'hooks' : undefined,
      plan,
      isOwn,
      isToFail: test.fails === true,
      isConcurrent,
      madeAt: placeOf(test),
      beforeCall: this.#beforeCall,
      onRecord: (record) => {
        test.meta.benchmem = record;
      },
    });
    const isRepeated = plan.leaks !== undefined && version.startsWith('4.');
    await run.run(isRepeated ? withoutListeners(test.context.signal, body) : body);
  }

  #plan(
    test: RunnerTestCase,
    command: TestSettings,
    isReported: boolean,
  ): { plan: TestPlan | undefined; isOwn: boolean } {
    const own = ownSettings(test);
    const { ofProject, ofPlugin } = this.#provided;
    const settings = mergeSettings(ofProject, command, ofPlugin, this.#ofFile(test), ...own);
    const plan = planOf(settings, isReported, `the test ${test.name}`);
    const isOwn = own.some(({ limits, leaks }) => limits !== undefined || leaks !== undefined);
    return { plan, isOwn };
  }

  #ofFile(test: RunnerTestCase): TestSettings | undefined {
    const path = test.file.filepath;
    if (!this.#files.has(path)) this.#files.set(path, fileSettings(path));
    return this.#files.get(path);
  }

  #fileOf(test: RunnerTestCase): string {
    return relative(this.#provided.root, test.file.filepath).split(sep).join('/');
  }

  #idOf(test: RunnerTestCase): string {
    const suites: string[] = [];
    for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.unshift(suite.name);
    const { project } = this.#provided;
    return this.#ids.idOf(test, { file: this.#fileOf(test), project, suites, name: test.name });
  }
}

// Outermost first: what a suite says holds for its tests.
function ownSettings(test: RunnerTestCase): TestSettings[] {
  const settings: TestSettings[] = [];
  const read = ({ name, meta }: RunnerTestCase | RunnerTestSuite) => {
    const given = (meta as { memory?: unknown } | undefined)?.memory;
    if (given !== undefined) settings.unshift(readShortSettings(given, `meta.memory of ${name}`));
  };
  read(test);
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) read(suite);
  return settings;
}

function placeOf({ name, location, file }: RunnerTestCase): { stack: string } | undefined {
  if (location === undefined || location === null) return undefined;
  return {
    stack: `\n    at ${name.replace(/[\n()]/g, ' ')} (${file.filepath}:${location.line}:${location.column})`,
  };
}
