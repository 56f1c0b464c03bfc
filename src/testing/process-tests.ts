// What the tests of one process share, whichever copy of this package asks: their order, the spool, the settings that the
// command gave. INVARIANT: it stands on `process`, which is one for both module systems and for a runner's contexts.

import { thisProcess } from '../engine/host.js';
import { describeEnvironment } from '../engine/result/environment.js';
import { currentHost, unsupportedHost } from '../native/host.js';
import { defined } from '../shapes.js';
import { Company } from './company.js';
import { readSettings, type TestSettings } from './settings.js';
import { Spool, spoolVariable } from './spool.js';

/** Settings of the command that started the runner, as JSON; a plug-in's own override them. */
export const settingsVariable = 'BENCHMEM_TEST_SETTINGS';

/** Who runs the tests. */
export interface RunnerFacts {
  readonly name: 'vitest' | 'jest' | 'mocha' | 'node:test';
  readonly version: string;
}

export interface ProcessTests {
  readonly company: Company;
  /** Absent where nobody asked for a report, and where memory cannot be measured: no test fails because of a report. */
  readonly spool?: Spool;
  readonly settings: TestSettings;
  /** How many tests began. */
  begun: number;
  /** The spool has the line of this process. */
  isNoted: boolean;
}

const key = Symbol.for('benchmem.tests');

/**
 * The same object every time. Takes the variables out of the environment, because processes that a test starts are no
 * processes of these tests. Throws INVALID_OPTION for settings that cannot be read.
 */
export function processTests(): ProcessTests {
  const holder = process as { [key]?: ProcessTests };
  holder[key] ??= fromEnvironment();
  return holder[key];
}

function fromEnvironment(): ProcessTests {
  const folder = taken(spoolVariable);
  const settings = taken(settingsVariable);
  const isUnsupported = unsupportedHost(currentHost()) !== undefined;
  return {
    company: new Company(),
    settings: settings === undefined ? {} : readSettings(parsed(settings), settingsVariable),
    begun: 0,
    isNoted: false,
    ...defined({ spool: folder === undefined || isUnsupported ? undefined : new Spool(folder) }),
  };
}

function taken(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value === '' ? undefined : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Says to the spool who writes, once per process. Throws CANNOT_WRITE. */
export function noteProcess(tests: ProcessTests, { name, version }: RunnerFacts): void {
  if (tests.isNoted || tests.spool === undefined) return;
  tests.isNoted = true;
  const environment = describeEnvironment(thisProcess().binding.describe(), {});
  tests.spool.write({
    worker: { pid: process.pid, runner: name, runner_version: version, environment: { ...environment } },
  });
}
