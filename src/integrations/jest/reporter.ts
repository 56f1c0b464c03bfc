// `reporters: ['default', 'benchmem/jest/reporter']`: every test is measured, and the report printed when all are done.
import { OwnReport, type OwnReportOptions } from '../../test-report/own-report.js';

export type MemoryReporterOptions = OwnReportOptions;

export default class MemoryReporter {
  readonly #report: OwnReport;

  // WHY: the constructor does this, because jest makes its reporters before the processes that run tests.
  constructor(_globalConfig: unknown, options: MemoryReporterOptions = {}) {
    this.#report = new OwnReport(options);
  }

  onRunComplete(): Promise<void> {
    return this.#report.print();
  }
}
