// `benchmem export`: read, convert, write. Knows no format.
import { exportRun } from '../../compare/export.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRun } from '../../runfile/run.js';
import { runPlace } from '../input.js';
import type { Io } from '../io.js';
import { standardOutput, writeDocument } from '../output.js';
import { writeReadWarnings } from '../text/render-gate.js';
import type { ExportArgs } from './export-options.js';

export async function exportCommand({ run, format, output, storage }: ExportArgs, io: Io): Promise<ExitCode> {
  const read = await readRun(run, runPlace(io, storage));
  writeReadWarnings([read], io);
  await writeDocument(output ?? standardOutput, exportRun(read, format), io);
  return exitCode.ok;
}
