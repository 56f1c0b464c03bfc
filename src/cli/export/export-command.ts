// `benchmem export`: read, convert, write. Knows no format.
import { resolve } from 'node:path';
import { exportRun } from '../../compare/export.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRun } from '../../runfile/run.js';
import { openWholeFile } from '../../runfile/write.js';
import type { Io } from '../io.js';
import { writeReadWarnings } from '../text/render-gate.js';
import type { ExportArgs } from './export-options.js';

export async function exportCommand({ run, format, output, storage }: ExportArgs, io: Io): Promise<ExitCode> {
  const read = await readRun(run, { cwd: io.cwd, ...(storage === undefined ? {} : { storage }) });
  writeReadWarnings([read], io);
  const text = exportRun(read, format);
  if (output === undefined) io.stdout.write(text);
  else await (await openWholeFile(resolve(io.cwd, output))).write(text);
  return exitCode.ok;
}
