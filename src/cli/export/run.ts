// `benchmem export`: read, convert, write. Knows no format.
import { exportRun } from '../../compare/export.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRun } from '../../runfile/run.js';
import { type InputWorld, withRuns } from '../input.js';
import { standardOutput, writeDocument } from '../output.js';
import { writeReadWarnings } from '../text/render-gate.js';
import type { Io } from '../world.js';
import type { ExportArgs } from './read.js';

export async function run(args: ExportArgs, io: Io & InputWorld): Promise<ExitCode> {
  const { format, output, storage } = args;
  const read = await withRuns([args.run], io, storage, (place) => readRun(args.run, place));
  writeReadWarnings([read], io);
  await writeDocument(output ?? standardOutput, exportRun(read, format), io);
  return exitCode.ok;
}
