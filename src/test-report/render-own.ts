// The report as a runner's own reporter prints it to this process's standard output.
import { terminalOf } from '../layout/terminal.js';
import type { SpoolContents } from '../testing/spool.js';
import { renderTests } from './render.js';

/** Ends in a line break. */
export function renderOwn(contents: SpoolContents, most: number): string {
  const view = {
    contents,
    most,
    sort: 'peak',
    detail: 'usual',
    checksLeaks: false,
    hints: { allTests: 'most: 0' },
  } as const;
  return renderTests(view, terminalOf(process.stdout, process.env));
}
