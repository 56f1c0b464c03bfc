// `benchmem prune`: what may go is listed; with --yes it goes. Decides nothing about which runs these are.
import { rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ComparisonWarning, warning } from '../../compare/warnings.js';
import { cannotWrite, type ExitCode, exitCode } from '../../errors.js';
import { openWholeFile } from '../../files/whole-file.js';
import { acceptedName, parseAccepted } from '../../history/accepted.js';
import { prunable } from '../../history/prune.js';
import type { RunHead } from '../../runfile/heads.js';
import { oldMarks } from '../../runfile/numbering.js';
import { sampleRounds } from '../../runfile/rounds.js';
import type { RunFile } from '../../runfile/schema.js';
import type { RunStore } from '../../runfile/store.js';
import { serializeForeignRun } from '../../runfile/write.js';
import { printable } from '../../text/escapes.js';
import { formatBytes, formatCount } from '../../units.js';
import { readAcceptedFile } from '../accepted-file.js';
import { withColor } from '../terminal.js';
import { agoText, headText } from '../text/head-text.js';
import { renderComparisonWarnings } from '../text/render-gate.js';
import type { World } from '../world.js';
import type { PruneArgs } from './read.js';

export async function run(args: PruneArgs, given: World): Promise<ExitCode> {
  const world = withColor(given, args.color);
  const { storage, rules, isMeant } = args;
  const { cwd, env, clock, stdout, stderr } = world;
  const store = await world.openStore(storage, { cwd, env });
  try {
    const { heads, unread } = await store.list();
    const text = await readAcceptedFile(storage, cwd);
    const accepted = text === undefined ? [] : parseAccepted(text, `${storage}/${acceptedName}`);
    const now = clock.now();
    const going = prunable(heads, rules, accepted, now.getTime());
    const bytes = await removed(going, args, world);
    for (const head of going) stdout.write(`remove   ${lineOf(head, now)}\n`);
    const shortened = await shorten(heads, new Set(going), args, store, world);
    const marks = await oldMarks(storage, { cwd }, now.getTime());
    for (const path of isMeant ? marks : []) await remove(path, cwd);
    stdout.write(`${summary({ ...shortened, going: going.length, bytes, marks: marks.length }, isMeant)}\n`);
    const warnings: ComparisonWarning[] = unread.map(({ path, message }) =>
      warning('UNREADABLE_RUN', path, message, 'it is left as it is'),
    );
    if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
    return exitCode.ok;
  } finally {
    await store.close();
  }
}

function lineOf(head: RunHead, now: Date): string {
  const folder = head.folder === '' ? '' : `${head.folder}/`;
  return `${printable(folder)}${headText(head, { more: agoText(head, now) ?? '' })}`;
}

/** Removes them if that is meant, and answers how many bytes they take. */
async function removed(going: readonly RunHead[], { isMeant }: PruneArgs, { cwd }: World): Promise<number> {
  let bytes = 0;
  for (const { path } of going) {
    const { size } = await stat(resolve(cwd, path));
    if (isMeant) await remove(path, cwd);
    bytes += size;
  }
  return bytes;
}

async function remove(path: string, cwd: string): Promise<void> {
  await rm(resolve(cwd, path), { force: true }).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
}

interface Shortened {
  readonly files: number;
  readonly saved: number;
}

/** Runs that stay, with fewer rounds. */
async function shorten(
  heads: readonly RunHead[],
  going: ReadonlySet<RunHead>,
  { rounds, isMeant }: PruneArgs,
  store: RunStore,
  { cwd }: World,
): Promise<Shortened> {
  let [files, saved] = [0, 0];
  if (rounds === undefined) return { files, saved };
  for (const head of heads) {
    if (going.has(head) || head.number === undefined) continue;
    const { file } = await store.read(head);
    if (!hasMore(file, rounds)) continue;
    const path = resolve(cwd, head.path);
    // WHY not the stricter one: a run from elsewhere may hold numbers that are not finite, and keeps them.
    const text = serializeForeignRun(sampleRounds(file, rounds));
    saved += Math.max(0, (await stat(path)).size - Buffer.byteLength(text));
    files += 1;
    if (isMeant) await (await openWholeFile(path, head.path)).write(text);
  }
  return { files, saved };
}

function hasMore({ benchmarks }: RunFile, rounds: number): boolean {
  return benchmarks.some(({ stats }) => (stats?.data?.length ?? 0) > rounds);
}

interface Done extends Shortened {
  readonly going: number;
  readonly bytes: number;
  readonly marks: number;
}

function summary({ going, bytes, files, saved, marks }: Done, isMeant: boolean): string {
  const counted = (count: number, one: string, many: string) =>
    `${formatCount(count)} ${count === 1 ? one : many}`;
  const parts = [
    `${counted(going, 'run', 'runs')}, ${formatBytes(bytes)}`,
    ...(files > 0 ? [`rounds of ${counted(files, 'run', 'runs')}, ${formatBytes(saved)}`] : []),
    ...(marks > 0
      ? [counted(marks, 'mark of a run that never ended', 'marks of runs that never ended')]
      : []),
  ];
  const isNothing = going + files + marks === 0;
  if (isNothing) return 'nothing to remove';
  return isMeant ? `removed ${parts.join('; ')}` : `would remove ${parts.join('; ')}: pass --yes to do it`;
}
