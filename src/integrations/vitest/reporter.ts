// Prints the memory report under vitest's own, out of what the processes that ran tests wrote.
import { OwnReport, type OwnReportOptions } from '../../test-report/own-report.js';

export type MemoryReporterOptions = OwnReportOptions;

/** `reporters: ['default', 'benchmem/vitest/reporter']` beside `memory()`; `memory({ report: true })` puts it there by itself. */
export default class MemoryReporter {
  readonly #report: OwnReport;

  // WHY: the constructor does this, because vitest makes its reporters before the processes that run tests.
  constructor(options: MemoryReporterOptions = {}) {
    this.#report = new OwnReport(options);
  }

  onTestRunEnd(): Promise<void> {
    return this.#report.print();
  }
}
