// `benchmem flamegraph`: choose what is shown, write it. Decides nothing about a number.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cannotWrite, type ExitCode, exitCode } from '../../errors.js';
import { printable } from '../../text/escapes.js';
import { openFile } from '../open-file.js';
import { usage } from '../option-values.js';
import { besideDocument, standardOutput, writeDocument } from '../output.js';
import { withColor } from '../terminal.js';
import type { Io, Terminal } from '../world.js';
import { showOne } from './one-profile.js';
import { operandsOf } from './operands.js';
import type { FlamegraphArgs } from './read.js';
import { showTwo } from './two-profiles.js';

/** WHY: a file has no width, and no colours. */
const inFile: Terminal = { isTerminal: false, columns: 120, unlimited: true, color: false };

export async function run(args: FlamegraphArgs, processIo: Io): Promise<ExitCode> {
  const io = withColor(processIo, args.color);
  const { format, force } = args;
  if (format === 'pprof' && (args.output ?? standardOutput) === standardOutput && io.stdout.isTerminal) {
    throw usage(
      'standard output is a terminal, and a profile is not text',
      'send it to a file: -o profile.pb.gz',
    );
  }
  // WHY: this is checked first, because an error about a file that is there already need not wait until a folder is read.
  if (args.output !== undefined) await refuseToReplace(args.output, force, io.cwd);
  const operands = await operandsOf(args.operands, io.cwd);
  const shown = await (operands.head === undefined ? showOne : showTwo)(operands, args, io.cwd);
  for (const message of shown.warnings) io.stderr.write(`warning: ${printable(message)}\n`);
  for (const note of shown.notes) io.stderr.write(`note: ${printable(note)}\n`);
  const output = args.output ?? (format === 'html' ? shown.pageFile : standardOutput);
  if (args.output === undefined) await refuseToReplace(output, force, io.cwd);
  const toFile = output !== standardOutput;
  await writeDocument(output, shown.document(toFile ? inFile : io.stdout), io);
  if (toFile) {
    const what = format === 'html' ? 'page' : (format ?? `${args.report ?? 'table'} report`);
    besideDocument(io, output).stdout.write(`${printable(output)}: ${what} of ${printable(shown.title)}\n`);
  }
  if (args.open) await openFile(resolve(io.cwd, output));
  return exitCode.ok;
}

async function refuseToReplace(output: string, force: boolean, cwd: string): Promise<void> {
  if (output === standardOutput || force) return;
  const there = await stat(resolve(cwd, output)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw cannotWrite(output, error);
    },
  );
  if (there) throw usage(`${output} is there already`, 'pass -f to replace it, or name another file');
}
