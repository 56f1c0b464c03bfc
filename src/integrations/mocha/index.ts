// `benchmem/mocha`: root hooks (`--require benchmem/mocha`, also with --parallel), and all of `benchmem/limits`.
import { failPending } from '../../limits/pending.js';
import { OwnReport } from '../../test-report/own-report.js';
import { type ProjectSettings, projectSettings } from '../../testing/project-settings.js';
import { MeasuredProcess } from './measured.js';
import type { HookContext } from './types.js';

export * from '../../limits/index.js';
export type { TestRecord } from '../../testing/record.js';
export type { TestSettings } from '../../testing/settings.js';

let measured: MeasuredProcess | undefined;
let report: OwnReport | undefined;

/** Mocha finds these by name. */
export const mochaHooks = {
  async beforeAll(): Promise<void> {
    measured = new MeasuredProcess(await settings());
  },
  beforeEach(this: HookContext): void {
    if (this.currentTest !== undefined) measured?.begin(this.currentTest);
  },
  afterEach(): void {
    measured?.abandon();
    failPending();
  },
};

/** Once, in the process that starts the others. */
export async function mochaGlobalSetup(): Promise<void> {
  const { report: isReported, most } = await settings();
  if (isReported === true) report = new OwnReport(most === undefined ? {} : { most });
}

export async function mochaGlobalTeardown(): Promise<void> {
  await report?.print();
}

function settings(): Promise<ProjectSettings> {
  return projectSettings(process.cwd());
}
