// The settings that a project gives all its tests: the `tests` key of its config.
import { findConfig } from '../engine/modules/config-file.js';
import { isRecord } from '../shapes.js';
import { readTestsConfig, type TestsConfig } from './settings.js';

export type ProjectSettings = TestsConfig;

/** {} where the project has no config, or says nothing of tests in it. Throws BAD_CONFIG, INVALID_OPTION. */
export async function projectSettings(folder: string): Promise<ProjectSettings> {
  const found = await findConfig(folder, undefined);
  if (found === undefined || !isRecord(found.value) || found.value.tests === undefined) return {};
  return readTestsConfig(found.value.tests, `tests of ${found.label}`);
}
