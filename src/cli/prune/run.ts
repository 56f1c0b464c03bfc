// `benchmem prune`: what may go is listed; with --yes it goes. Decides nothing about which runs these are.
import { type ComparisonWarning, warning } from '../../compare/warnings.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { prunable } from '../../history/prune.js';
import type { RunHead } from '../../runfile/heads.js';
import type { RunStore } from '../../runfile/store.js';
import { printable } from '../../text/escapes.js';
import { formatBytes, formatCount } from '../../units.js';
import { readAccepted } from '../accepted-file.js';
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
    const accepted = await readAccepted(storage, cwd);
    const now = clock.now();
    const going = prunable(heads, rules, accepted, now.getTime());
    const bytes = await store.remove(going, isMeant);
    for (const head of going) stdout.write(`remove   ${lineOf(head, now)}\n`);
    const shortened = await shorten(heads, new Set(going), args, store);
    const marks = await store.tidy(now.getTime(), isMeant);
    stdout.write(`${summary({ ...shortened, going: going.length, bytes, marks }, isMeant)}\n`);
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
): Promise<Shortened> {
  let [files, saved] = [0, 0];
  if (rounds === undefined) return { files, saved };
  for (const head of heads) {
    if (going.has(head) || head.number === undefined) continue;
    const smaller = await store.shorten(head, rounds, isMeant);
    if (smaller === undefined) continue;
    files += 1;
    saved += smaller;
  }
  return { files, saved };
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
