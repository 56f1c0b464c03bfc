// Runs all vitest projects on this terminal and counts what passed. Knows nothing about the tests.
import { readFileSync, rmSync } from 'node:fs';
import { buildFolder, root } from './paths.mjs';
import { runShown } from './run.mjs';

/** Runs all projects; returns counts, with failed >= 1 for any other failure. */
export function runVitest() {
  const report = `${buildFolder}/vitest.json`;
  rmSync(report, { force: true });
  const args = [
    `${root}/node_modules/vitest/vitest.mjs`,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const code = runShown(process.execPath, args);
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    counts = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch (error) {
    if (code === 0) throw error;
  }
  // A file that fails to load has no failed test; an unhandled error has none either.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
