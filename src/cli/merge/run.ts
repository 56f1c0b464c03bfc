// `benchmem merge`: read the shards, put them together, write the run file.

import { relative, resolve } from 'node:path';
import { type ExitCode, exitCode } from '../../errors.js';
import { mergeRuns } from '../../runfile/merge.js';
import { readRuns } from '../../runfile/run.js';
import { serializeForeignRun } from '../../runfile/write.js';
import { printable } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import { type InputWorld, withRuns } from '../input.js';
import { standardOutput, writeDocument } from '../output.js';
import { writeReadWarnings } from '../text/render-gate.js';
import type { Io } from '../world.js';
import type { MergeArgs } from './read.js';

export async function run({ runs, output, storage }: MergeArgs, io: Io & InputWorld): Promise<ExitCode> {
  const shards = await withRuns(runs, io, storage, (place) => readRuns(runs, place));
  writeReadWarnings(shards, io);
  const { file: merged, warnings } = mergeRuns(shards);
  await writeDocument(output, serializeForeignRun(merged), io);
  for (const warning of warnings) io.stderr.write(`warning ${printable(warning)}\n`);
  const failed = merged.benchmem?.failures?.length ?? 0;
  const counts = `${counted(merged.benchmarks.length, 'benchmark')} of ${counted(shards.length, 'run')}${failed > 0 ? `, ${formatCount(failed)} failed,` : ''}`;
  const place =
    output === standardOutput ? '' : ` in ${printable(relative(io.cwd, resolve(io.cwd, output)))}`;
  io.stderr.write(`${counts}${place}\n`);
  return exitCode.ok;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
