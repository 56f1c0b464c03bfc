// Two profiles as the command shows them: the page of what changed, its table, its markdown. Decides nothing about a number.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { flamegraphDiffPage } from '../../flamegraph/html.js';
import { collapsedDiff } from '../../profile/diff/collapsed.js';
import { joinProfiles } from '../../profile/diff/join.js';
import { diffMarkdown } from '../../profile/diff/markdown.js';
import { movers } from '../../profile/diff/movers.js';
import { differencesOf, remarksOf } from '../../profile/diff/texts.js';
import { defined } from '../../shapes.js';
import { usage } from '../option-values.js';
import { colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import { type ChosenProfile, chooseProfile, diffPageFile } from './folder.js';
import { notesOf, refuseWithoutNative } from './one-profile.js';
import type { Operands } from './operands.js';
import type { FlamegraphArgs } from './read.js';
import { renderMovers } from './render-movers.js';
import type { Shown } from './shown.js';

interface Pair {
  readonly base: ChosenProfile;
  readonly head: ChosenProfile;
}

/** Throws USAGE if none, or several, are meant, and for what is of one profile; BAD_PROFILE; NOT_MEASURED. */
export async function showTwo(operands: Operands, args: FlamegraphArgs, cwd: string): Promise<Shown> {
  refuseOfOne(args);
  const pair = await choosePair(operands, args, cwd);
  const { base, head } = pair;
  if (args.native) for (const each of [base, head]) refuseWithoutNative(each);
  return {
    title: head.id,
    pageFile: diffPageFile(head.file),
    warnings: [...base.unreadable, ...head.unreadable],
    notes: [
      ...differencesOf(base.profile.meta, head.profile.meta),
      ...[...notesOf(base.profile)].map((note) => `base: ${note}`),
      ...[...notesOf(head.profile)].map((note) => `head: ${note}`),
    ],
    document: (terminal) => documentOf(pair, args, terminal),
  };
}

// A folder's profile is the one of the other's id; two files are compared whatever they are of.
async function choosePair(
  { path, head, id }: Operands,
  { worst }: FlamegraphArgs,
  cwd: string,
): Promise<Pair> {
  const isFolder = async (name: string) =>
    (await stat(resolve(cwd, name)).catch(() => undefined))?.isDirectory() === true;
  const headPath = head ?? '';
  if ((await isFolder(headPath)) && !(await isFolder(path))) {
    const base = await chooseProfile({ path, id: undefined, worst: undefined }, cwd);
    const wanted = id === undefined ? { id: base.id, exact: true } : { id };
    return { base, head: await chooseProfile({ path: headPath, worst, ...wanted }, cwd) };
  }
  const chosen = await chooseProfile({ path: headPath, id, worst }, cwd);
  const wanted = (await isFolder(path)) ? { id: chosen.id, exact: true } : { id: undefined };
  return { base: await chooseProfile({ path, worst: undefined, ...wanted }, cwd), head: chosen };
}

function documentOf(
  { base, head }: Pair,
  { report, format, worst }: FlamegraphArgs,
  terminal: Terminal,
): string {
  const { id } = head;
  const metric = worst ?? 'peak';
  if (format === 'html')
    return flamegraphDiffPage(base.profile, head.profile, defined({ id, metric: worst }));
  const join = joinProfiles(base.profile, head.profile);
  if (format === 'md') return diffMarkdown(join, { id, metric });
  if (format === 'collapsed') return collapsedDiff(join, { metric });
  if (format === 'json') {
    const document =
      report === undefined
        ? { benchmem: 'profile-diff', ...join }
        : { report, id, ...movers(join, { metric }) };
    return `${JSON.stringify(document)}\n`;
  }
  const frame = { id, meta: head.profile.meta, terminal, colors: colorsOf(terminal) };
  return renderMovers(movers(join, { metric }), remarksOf(join, metric), frame);
}

function refuseOfOne({ report, format }: FlamegraphArgs): void {
  if (report !== undefined && report !== 'table') {
    throw usage(`--report ${report} is of one profile, and two are given`, 'pass --report table');
  }
  if (format === 'pprof' || format === 'speedscope') {
    throw usage(
      `--format ${format} is of one profile, and two are given`,
      'pass --format html, md, json or collapsed',
    );
  }
}
