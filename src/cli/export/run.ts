// `benchmem export`: read, convert, write. Knows no format.
import { exportRun } from '../../compare/export.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRun } from '../../runfile/run.js';
import { runPlace } from '../input.js';
import { standardOutput, writeDocument } from '../output.js';
import { writeReadWarnings } from '../text/render-gate.js';
import type { Io } from '../world.js';
import type { ExportArgs } from './read.js';

export async function run(args: ExportArgs, io: Io): Promise<ExitCode> {
  const { format, output, storage } = args;
  const read = await readRun(args.run, runPlace(io, storage));
  writeReadWarnings([read], io);
  await writeDocument(output ?? standardOutput, exportRun(read, format), io);
  return exitCode.ok;
}
