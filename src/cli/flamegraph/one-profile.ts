// One profile as the command shows it: the page, a report, an export. Decides nothing about a number.
import { BenchmemError } from '../../errors.js';
import { flamegraphPage } from '../../flamegraph/html.js';
import { collapsed } from '../../profile/exports/collapsed.js';
import { profileDocument } from '../../profile/exports/json.js';
import { profileMarkdown } from '../../profile/exports/markdown.js';
import { speedscope } from '../../profile/exports/speedscope.js';
import { type Profile, unreadCodeNote } from '../../profile/model.js';
import { encodeProfile } from '../../profile/pprof/encode.js';
import { leaks } from '../../profile/reports/leaks.js';
import type { ProfileMetric } from '../../profile/reports/metrics.js';
import { stats } from '../../profile/reports/stats.js';
import { summary } from '../../profile/reports/summary.js';
import { table } from '../../profile/reports/table.js';
import { temporary } from '../../profile/reports/temporary.js';
import { tree } from '../../profile/reports/tree.js';
import { defined } from '../../shapes.js';
import { printable } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import { colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import { type ChosenProfile, chooseProfile, pageFile } from './folder.js';
import type { Operands } from './operands.js';
import type { FlamegraphArgs, FormatName, ReportName } from './read.js';
import { renderLeaks, renderTemporary } from './render-lists.js';
import { renderStats } from './render-stats.js';
import { renderSummary, renderTable } from './render-tables.js';
import { renderTree } from './render-tree.js';
import type { Shown } from './shown.js';

/** Throws USAGE if none, or several, are meant; BAD_PROFILE; NOT_MEASURED. */
export async function showOne({ path, id }: Operands, args: FlamegraphArgs, cwd: string): Promise<Shown> {
  const chosen = await chooseProfile({ path, id, worst: args.worst }, cwd);
  if (args.native) refuseWithoutNative(chosen);
  return {
    title: chosen.id,
    pageFile: pageFile(chosen.file),
    warnings: chosen.unreadable,
    notes: [...notesOf(chosen.profile)],
    document: (terminal) => documentOf(chosen, args, terminal),
  };
}

function documentOf(
  { id, profile }: ChosenProfile,
  { report, format, worst }: FlamegraphArgs,
  terminal: Terminal,
): string | Uint8Array {
  const metric = worst ?? 'peak';
  if (format === 'html') return flamegraphPage(profile, defined({ id, metric: worst }));
  if (format === undefined) return rendered(report ?? 'table', profile, { id, metric }, terminal);
  return report === undefined
    ? exported(format, profile, metric)
    : json({ report, id, ...reported(report, profile, metric) });
}

function rendered(
  report: ReportName,
  profile: Profile,
  { id, metric }: { readonly id: string; readonly metric: ProfileMetric },
  terminal: Terminal,
): string {
  const frame = { id, meta: profile.meta, terminal, colors: colorsOf(terminal) };
  switch (report) {
    case 'table':
      return renderTable(table(profile, { metric }), frame);
    case 'tree':
      return renderTree(tree(profile, { metric }), frame);
    case 'summary':
      return renderSummary(summary(profile, { metric }), frame);
    case 'stats':
      return renderStats(stats(profile), frame);
    case 'leaks':
      return renderLeaks(leaks(profile), frame);
    case 'temporary':
      return renderTemporary(temporary(profile), frame);
  }
}

function reported(report: ReportName, profile: Profile, metric: ProfileMetric): object {
  const made = {
    table: () => table(profile, { metric }),
    tree: () => tree(profile, { metric }),
    summary: () => summary(profile, { metric }),
    stats: () => stats(profile),
    leaks: () => leaks(profile),
    temporary: () => temporary(profile),
  };
  return made[report]();
}

function exported(
  format: Exclude<FormatName, 'html'>,
  profile: Profile,
  metric: ProfileMetric,
): string | Uint8Array {
  switch (format) {
    case 'json':
      return json(profileDocument(profile));
    case 'md':
      return profileMarkdown(profile, { metric });
    case 'collapsed':
      return collapsed(profile, { metric });
    case 'speedscope':
      return json(speedscope(profile));
    case 'pprof':
      return encodeProfile(profile);
  }
}

function json(document: object): string {
  return `${JSON.stringify(document)}\n`;
}

/** Throws NOT_MEASURED. */
export function refuseWithoutNative({ id, profile }: ChosenProfile): void {
  const kinds = new Set(profile.stacks.flatMap(({ frames }) => frames.map(({ kind }) => kind)));
  if (kinds.has('native')) return;
  throw new BenchmemError(
    'NOT_MEASURED',
    `the profile of ${id} has no native frames`,
    profile.meta.native === false
      ? 'profile again without --no-profile-native'
      : 'profile code that allocates native memory',
  );
}

/** What a reader must know before the numbers. */
export function* notesOf({ meta }: Profile): Generator<string> {
  if (meta.jsFramesRefused !== undefined)
    yield `there are no JavaScript frames: ${printable(meta.jsFramesRefused)}`;
  if (meta.jsSamplesRefused !== undefined)
    yield `JavaScript allocations were not sampled: ${printable(meta.jsSamplesRefused)}`;
  const unread = unreadCodeNote(meta.frameRules);
  if (unread !== undefined) yield unread;
  const truncated = meta.truncatedStacks ?? 0;
  if (truncated > 0) {
    const stacks = truncated === 1 ? '1 stack ends' : `${formatCount(truncated)} stacks end`;
    yield `${stacks} in [truncated], because the frames above could not be found or were too many`;
  }
}
