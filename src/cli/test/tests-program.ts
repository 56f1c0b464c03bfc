// Starts a test runner with a spool for its tests, and reads what they wrote once it has ended.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preloadEntry } from '../../engine/child/parent/preload-entry.js';
import { BenchmemError, cannotWrite } from '../../errors.js';
import { runInForeground } from '../../exec/foreground.js';
import { findAddon, preloadLibraryPath } from '../../native/load.js';
import { settingsVariable } from '../../testing/process-tests.js';
import { profileSettings } from '../../testing/settings.js';
import { readSpool, spoolVariable } from '../../testing/spool.js';
import type { TestsEnd, TestsRequest } from '../world.js';
import { deterministicLaunch } from './deterministic.js';
import { hookedEnvironment } from './hooks.js';
import { keepProfiles } from './profiles.js';
import type { RunnerName } from './runners.js';

const handOn = fileURLToPath(new URL('../../cjs/integrations/register/hand-on.js', import.meta.url));

/** Throws COMMAND_NOT_STARTED, CANNOT_WRITE; USAGE and PRELOAD_MISSING for a run that is to be deterministic. */
export async function runTestsProgram(request: TestsRequest): Promise<TestsEnd> {
  const { settings, cwd } = request;
  const spool = makeFolder();
  try {
    const end = await runHooked(request, {
      [spoolVariable]: spool,
      [settingsVariable]: JSON.stringify(settings),
    });
    return { end, contents: keepProfiles(readSpool(spool), profileSettings(settings), cwd) };
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}

async function runHooked(
  { command, cwd, deterministic }: TestsRequest,
  variables: Readonly<Record<string, string>>,
): Promise<TestsEnd['end']> {
  const environment = { ...hookedEnvironment(command, process.env), ...variables };
  const example = 'benchmem test -- node --test';
  if (!deterministic) return runInForeground({ command, env: environment, cwd }, example);
  const entry = preloadEntry(preloadLibraryPath(findAddon()));
  const fileOf = (runner: RunnerName) => programFile(runner, cwd);
  const node = process.execPath;
  try {
    const request = { command, environment, library: entry.path, handOn, node, fileOf };
    const launch = deterministicLaunch(request);
    return await runInForeground({ command: launch.command, env: launch.environment, cwd }, example);
  } finally {
    entry.dispose();
  }
}

function programFile(runner: RunnerName, cwd: string): string {
  try {
    const manifest = createRequire(join(cwd, 'package.json')).resolve(`${runner}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> };
    return join(dirname(manifest), typeof bin === 'string' ? bin : (bin[runner] ?? ''));
  } catch (cause) {
    const message = `${runner} is not installed in ${cwd}`;
    throw new BenchmemError('COMMAND_NOT_STARTED', message, `npm install --save-dev ${runner}`, { cause });
  }
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'benchmem-spool-'));
  } catch (error) {
    throw cannotWrite(`to the folder for temporary files ${tmpdir()}`, error);
  }
}
