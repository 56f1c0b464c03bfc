// The tests of one process that node:test runs, as they are measured: from the hooks before each test to those after it.
// So windows hold what the test's process reports to its parent, too.
import { relative, sep } from 'node:path';
import { fileSettings } from '../../testing/docblock.js';
import { planOf } from '../../testing/plan.js';
import { type ProcessTests, processTests, type RunnerFacts } from '../../testing/process-tests.js';
import { mergeSettings, type TestSettings } from '../../testing/settings.js';
import { TestIds } from '../../testing/test-ids.js';
import { TestRun } from '../../testing/test-run.js';
import { noteUnmeasured } from '../../testing/unmeasured.js';

/** What this integration reads of node's test context, which has more in newer Nodes. */
export interface NodeTest {
  readonly name: string;
  /** From Node 22.3 on: the names of its suites, and its own. */
  readonly fullName?: string;
  /** From Node 22.6 on. */
  readonly filePath?: string;
  readonly passed?: boolean;
  readonly error?: unknown;
}

interface Open {
  /** The body is over. */
  end(error: unknown): void;
  /** Settles when the record is written. */
  readonly done: Promise<unknown>;
}

const runner: RunnerFacts = { name: 'node:test', version: process.versions.node };

const unrepeatable = 'node:test hands the body of a test to nobody: wrap it in limitLeaks of benchmem/limits';

export class MeasuredProcess {
  readonly #settings: TestSettings;
  readonly #files = new Map<string, TestSettings | undefined>();
  readonly #ids = new TestIds();
  readonly #open = new Map<object, Open>();

  constructor(settings: TestSettings) {
    this.#settings = settings;
  }

  /** Resolves with the window open. Throws INVALID_OPTION for settings that cannot be read. */
  async begin(test: NodeTest): Promise<void> {
    const tests = processTests();
    const path = test.filePath ?? process.argv[1] ?? '';
    const settings = mergeSettings(this.#settings, tests.settings, this.#ofFile(path));
    const plan = planOf({ ...settings, leaks: false }, tests.spool !== undefined, `the test ${test.name}`);
    const wantsLeaks = settings.leaks !== undefined && settings.leaks !== false;
    if (plan === undefined) return;
    const file = relative(process.cwd(), path).split(sep).join('/');
    const { suites, name } = namesOf(test);
    const known = { runner, id: this.#ids.idOf(test, { file, suites, name }), file, retry: 0 } as const;
    // WHY: this test does not wait for that one, because that one may be its parent, which ends after it.
    if (this.#open.size > 0) {
      noteUnmeasured(tests, known, 'another test of its process was open');
      return;
    }
    await this.#start(
      tests,
      new TestRun(tests, {
        ...known,
        includes: 'hooks and reporter',
        leakUnchecked: wantsLeaks ? unrepeatable : undefined,
        plan,
        isOwn: false,
        isConcurrent: false,
      }),
      test,
    );
  }

  #start(_tests: ProcessTests, run: TestRun, test: NodeTest): Promise<void> {
    return new Promise((opened) => {
      let end: (error: unknown) => void = () => {};
      const body = () => {
        opened();
        return new Promise<void>((resolve, reject) => {
          end = (error) => (error === undefined || error === null ? resolve() : reject(error));
        });
      };
      const done = run.run(body);
      // Nobody waits for it where the process ends inside the test.
      done.catch(() => {});
      this.#open.set(test, { end: (error) => end(error), done });
    });
  }

  /** Throws MEMORY_LIMIT, which fails the test. */
  async finish(test: NodeTest): Promise<void> {
    const open = this.#open.get(test);
    if (open === undefined) return;
    this.#open.delete(test);
    const failure = test.passed === false ? (test.error ?? new Error('the test failed')) : undefined;
    open.end(failure);
    try {
      await open.done;
    } catch (error) {
      // The test's own failure is reported by its runner.
      if (error !== failure) throw error;
    }
  }

  #ofFile(path: string): TestSettings | undefined {
    if (path !== '' && !this.#files.has(path)) this.#files.set(path, fileSettings(path));
    return this.#files.get(path);
  }
}

function namesOf({ name, fullName }: NodeTest): { suites: string[]; name: string } {
  if (fullName === undefined || !fullName.endsWith(` > ${name}`)) return { suites: [], name };
  return { suites: [fullName.slice(0, -` > ${name}`.length)], name };
}
