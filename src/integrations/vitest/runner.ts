// Vitest's runner, with each test's body inside a window. Vitest loads it by name; the default export is its contract.
import { expect, type RunnerTestCase, TestRunner } from 'vitest';
import { MeasuredTests } from './measured.js';
import { type Provided, providedKey } from './provided.js';

export default class MemoryRunner extends TestRunner {
  #measured: MeasuredTests | undefined;

  async runTask(test: RunnerTestCase): Promise<void> {
    const body = TestRunner.getTestFn(test);
    if (body === undefined) throw new Error(`the test ${test.name} has no function`);
    this.#measured ??= new MeasuredTests(this.injectValue(providedKey) as Provided, forgetAssertions);
    await this.#measured.run(test, body);
  }
}

// WHY: `expect.assertions(n)` counts those of one call.
function forgetAssertions(): void {
  expect.setState({ assertionCalls: 0 });
}
