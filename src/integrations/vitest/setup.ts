// Runs before each test file: the matchers, and the check that no assertion was forgotten. Where the project has a runner of
// its own, tests are measured from here, with their hooks.
import { afterAll, afterEach, aroundEach, expect, inject } from 'vitest';
import { memoryMatchers } from '../../limits/index.js';
import { failPending } from '../../limits/pending.js';
import { noteUse, whenUsed } from '../../testing/matcher-use.js';
import { MeasuredTests } from './measured.js';
import { type Provided, providedKey } from './provided.js';

expect.extend(noteUse(memoryMatchers));

// Tests that run at the same time are checked at the end, because nobody knows whose assertion is pending.
afterEach(({ task }) => {
  if (task.concurrent !== true) whenUsed(failPending);
});
afterAll(() => whenUsed(failPending));

const provided = inject(providedKey as never) as Provided | undefined;
if (provided?.aroundHooks === true) {
  const measured = new MeasuredTests(provided);
  aroundEach((runTest, { task }) => measured.run(task, runTest));
}
