// Starts a test runner with a spool for its tests, and reads what they wrote once it has ended.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannotWrite } from '../../errors.js';
import { runInForeground } from '../../exec/foreground.js';
import { settingsVariable } from '../../testing/process-tests.js';
import { readSpool, spoolVariable } from '../../testing/spool.js';
import type { TestsEnd, TestsRequest } from '../world.js';
import { hookedEnvironment } from './hooks.js';

/** Throws COMMAND_NOT_STARTED, CANNOT_WRITE. */
export async function runTestsProgram({ command, settings, cwd }: TestsRequest): Promise<TestsEnd> {
  const folder = makeFolder();
  try {
    const env = {
      ...hookedEnvironment(command, process.env),
      [spoolVariable]: folder,
      [settingsVariable]: JSON.stringify(settings),
    };
    const end = await runInForeground({ command, env, cwd }, 'benchmem test -- node --test');
    return { end, contents: readSpool(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'benchmem-spool-'));
  } catch (error) {
    throw cannotWrite(`to the folder for temporary files ${tmpdir()}`, error);
  }
}
