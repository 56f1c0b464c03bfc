// A test that a report was asked for, and that cannot be measured: its record says why.
import { defined } from '../shapes.js';
import { noteProcess, type ProcessTests } from './process-tests.js';
import { toRecord } from './test-record.js';
import type { PlannedTest } from './test-run.js';

/** Writes the record, where there is a spool. Throws CANNOT_WRITE. */
export function noteUnmeasured(
  tests: ProcessTests,
  { runner, id, file, line, retry }: Pick<PlannedTest, 'runner' | 'id' | 'file' | 'line' | 'retry'>,
  reason: string,
): void {
  tests.begun += 1;
  if (tests.spool === undefined) return;
  noteProcess(tests, runner);
  const known = {
    runner: runner.name,
    runner_version: runner.version,
    file,
    pid: process.pid,
    order: tests.begun,
    retry,
  };
  tests.spool.write(toRecord(id, { ...known, ...defined({ line }) }, { limits: {}, breaches: [], reason }));
}
