// `benchmem exec`: runs the program, keeps the JSON report up to date, prints the summary, ends as the program ended.
// Decides nothing about how figures are taken or judged.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ExecEnd } from '../../exec/exec.js';
import { type RunFacts, reportText } from '../../exec/report.js';
import type { ProcessRecord } from '../../exec/snapshot.js';
import { openWholeFile, type WholeFile } from '../../files/whole-file.js';
import { defined } from '../../shapes.js';
import { standardOutput } from '../output.js';
import { withColor } from '../terminal.js';
import type { CommandEnd, Io, Terminal, World } from '../world.js';
import { writeText } from '../write-text.js';
import { LatestWrite } from './latest-write.js';
import type { ExecArgs } from './read.js';
import { renderExec } from './render.js';

export async function run(args: ExecArgs, world: World): Promise<CommandEnd> {
  const io = withColor(world, args.color);
  const json = await openFile(args.json, io);
  const output = (await openDevice(args.output, io)) ?? (await openFile(args.output, io));
  const { command, allocator, intervalMs, collect, signal, follow } = args;
  const facts = { command, version: world.version };
  const writing = new LatestWrite();
  const end = await world.exec({
    command,
    allocator,
    intervalMs,
    collect,
    ...defined({ signal }),
    follow,
    cwd: io.cwd,
    onRecords: (records) => {
      // WHY: a file is replaced at each snapshot, and standard output takes one document.
      if (json !== undefined && args.json !== standardOutput)
        writing.replace(() => writeJson(json, facts, records()));
    },
  });
  await writing.finish();
  if (json !== undefined) await writeJson(json, { ...facts, end: endOf(end) }, end.records);
  const terminal = terminalOf(args.output, io);
  const summary = renderExec({ command, follow, end }, terminal);
  if (output === undefined) io.stderr.write(summary);
  else await output.write(summary);
  return end.signal ?? end.exitCode ?? 0;
}

async function openFile(path: string | undefined, io: Io): Promise<WholeFile | undefined> {
  if (path === undefined) return undefined;
  if (path === standardOutput) return { path, write: async (content) => io.stdout.write(content) };
  return openWholeFile(resolve(io.cwd, path), path);
}

// /dev/null, a terminal, a pipe with a name: nothing that could be replaced by a whole file.
async function openDevice(path: string | undefined, io: Io): Promise<WholeFile | undefined> {
  if (path === undefined || path === standardOutput) return undefined;
  const target = resolve(io.cwd, path);
  const found = await stat(target).catch(() => undefined);
  if (found?.isCharacterDevice() !== true && found?.isFIFO() !== true) return undefined;
  return { path, write: (content) => writeText(target, content, { append: true }) };
}

// A file is as wide as the terminal, and holds no colour.
function terminalOf(output: string | undefined, { stdout, stderr }: Io): Terminal {
  if (output === undefined) return stderr;
  if (output === standardOutput) return stdout;
  const { columns, unlimited } = stderr;
  return defined({ columns, unlimited, color: false, isTerminal: false });
}

function writeJson(file: WholeFile, facts: RunFacts, records: readonly ProcessRecord[]): Promise<void> {
  return file.write(reportText(facts, records));
}

function endOf({ exitCode, signal }: ExecEnd): NonNullable<RunFacts['end']> {
  return signal === undefined ? { exitCode: exitCode ?? 0 } : { signal };
}
