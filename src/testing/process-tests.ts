// What the tests of one process share, whichever copy of this package asks: their order, the spool, the settings that the
// command gave. INVARIANT: it stands on `process`, which is one for both module systems and for a runner's contexts.

import { thisProcess } from '../engine/host.js';
import { describeEnvironment } from '../engine/result/environment.js';
import { currentHost, unsupportedHost } from '../native/host.js';
import { defined } from '../shapes.js';
import { Company } from './company.js';
import { KeptProfiles } from './kept-profiles.js';
import { readSettings, type TestSettings } from './settings.js';
import { Spool, spoolVariable } from './spool.js';

/** Settings of the command that started the runner, as JSON; a plug-in's own override them. */
export const settingsVariable = 'BENCHMEM_TEST_SETTINGS';

/** What a deterministic run hands to its processes, as JSON: see `HandedPreload`. */
export const preloadVariable = 'BENCHMEM_TEST_PRELOAD';

export interface HandedPreload {
  readonly library: string;
  readonly allocator: string;
  /** LD_PRELOAD as the user has it; null: not set. */
  readonly before: string | null;
  /** V8's, of processes that run tests. */
  readonly flags: readonly string[];
}

/** Undefined outside a deterministic run. */
export function handedPreload(): HandedPreload | undefined {
  const text = process.env[preloadVariable];
  return text === undefined ? undefined : (JSON.parse(text) as HandedPreload);
}

/** Who runs the tests. */
export interface RunnerFacts {
  readonly name: 'vitest' | 'jest' | 'mocha' | 'node:test';
  readonly version: string;
}

export interface ProcessTests {
  readonly company: Company;
  readonly profiles: KeptProfiles;
  /** Absent if nobody asked for a report, and if memory cannot be measured: no test fails because of a report. */
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
  restorePreload();
  return {
    company: new Company(),
    profiles: new KeptProfiles(),
    settings: settings === undefined ? {} : readSettings(parsed(settings), settingsVariable),
    begun: 0,
    isNoted: false,
    ...defined({ spool: folder === undefined || isUnsupported ? undefined : new Spool(folder) }),
  };
}

// What a test starts is no process of these tests.
function restorePreload(): void {
  const handed = handedPreload();
  if (handed === undefined) return;
  for (const name of [preloadVariable, 'BENCHMEM_ALLOCATOR', 'LD_PRELOAD']) delete process.env[name];
  if (handed.before !== null) process.env.LD_PRELOAD = handed.before;
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
