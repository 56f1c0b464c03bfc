// `benchmem/node-test`: `node --import benchmem/node-test --test`. Hooks around every test of the process, assertions where
// node takes them, and all of `benchmem/limits`.
import * as nodeTest from 'node:test';
import { failPending } from '../../limits/pending.js';
import { projectSettings } from '../../testing/project-settings.js';
import { registerAssertions } from './assertions.js';
import { MeasuredProcess, type NodeTest } from './measured.js';

export * from '../../limits/index.js';
export type { TestRecord } from '../../testing/record.js';
export type { TestSettings } from '../../testing/settings.js';

// WHY: it stands on `process`, because both module systems may load this, and hooks that are there twice would wait for one
// another.
const key = Symbol.for('benchmem.node-test');
const holder = process as { [key]?: true };

let measured: Promise<MeasuredProcess> | undefined;

function tests(): Promise<MeasuredProcess> {
  measured ??= projectSettings(process.cwd()).then((settings) => new MeasuredProcess(settings));
  return measured;
}

if (holder[key] === undefined) {
  holder[key] = true;
  // WHY: this is asked, because in the process that only starts others a hook would make tests of it.
  if (runsTests()) {
    nodeTest.beforeEach(async (test) => (await tests()).begin(test as NodeTest));
    nodeTest.afterEach(async (test) => {
      await (await tests()).finish(test as NodeTest);
      failPending();
    });
    registerAssertions(nodeTest as object);
  }
}

function runsTests(): boolean {
  const startsOthers = process.execArgv.includes('--test') && process.env.NODE_TEST_CONTEXT === undefined;
  return (
    !startsOthers || process.execArgv.some((flag) => /^--(experimental-)?test-isolation=none$/.test(flag))
  );
}
