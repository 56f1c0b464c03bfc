// The test runners of scripts/lib/test-runners.mjs, for tests: with the addon that this process loads.
import { dirname } from 'node:path';
import { type pinnedRunners, runnerProject } from '../../scripts/lib/test-runners.mjs';
import { findAddon } from '../../src/native/load.js';

export { runnerArgv } from '../../scripts/lib/test-runners.mjs';

export type TestRunner = keyof typeof pinnedRunners;

/** A fresh folder in which the runner and the package are found, with these files. The caller removes it. */
export function makeRunnerProject(runner: TestRunner, files: Readonly<Record<string, string>>): string {
  return runnerProject(runner, files, dirname(findAddon()));
}
