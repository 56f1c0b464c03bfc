// `benchmem flamegraph`: choose the profile, make the report or the export, write it. Decides nothing about a number.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BenchmemError, cannotWrite, type ExitCode, exitCode } from '../../errors.js';
import { flamegraphPage } from '../../flamegraph/html.js';
import { collapsed } from '../../profile/exports/collapsed.js';
import { profileDocument } from '../../profile/exports/json.js';
import { profileMarkdown } from '../../profile/exports/markdown.js';
import { speedscope } from '../../profile/exports/speedscope.js';
import type { Profile } from '../../profile/model.js';
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
import { openFile } from '../open-file.js';
import { usage } from '../option-values.js';
import { besideDocument, standardOutput, writeDocument } from '../output.js';
import { colorsOf, withColor } from '../terminal.js';
import type { Io, Terminal } from '../world.js';
import { type ChosenProfile, chooseProfile, pageFile } from './folder.js';
import type { FlamegraphArgs, FormatName, ReportName } from './read.js';
import { renderLeaks, renderTemporary } from './render-lists.js';
import { renderStats } from './render-stats.js';
import { renderSummary, renderTable } from './render-tables.js';
import { renderTree } from './render-tree.js';

/** WHY: a file has no width, and no colours. */
const inFile: Terminal = { isTerminal: false, columns: 120, unlimited: true, color: false };

export async function run(args: FlamegraphArgs, processIo: Io): Promise<ExitCode> {
  const io = withColor(processIo, args.color);
  if (args.format === 'pprof' && outputOf(args) === standardOutput && io.stdout.isTerminal) {
    throw usage(
      'standard output is a terminal, and a profile is no text',
      'send it to a file: -o profile.pb.gz',
    );
  }
  // WHY before: a file that is there already is said before a folder is read.
  if (args.output !== undefined) await refuseToReplace(args.output, args.force, io.cwd);
  const chosen = await chooseProfile(args, io.cwd);
  for (const message of chosen.unreadable) io.stderr.write(`warning: ${printable(message)}\n`);
  const { profile } = chosen;
  if (args.native) refuseWithoutNative(chosen);
  for (const note of notesOf(profile)) io.stderr.write(`note: ${note}\n`);
  const output = outputOf(args, chosen);
  if (args.output === undefined) await refuseToReplace(output, args.force, io.cwd);
  const toFile = output !== standardOutput;
  await writeDocument(output, documentOf(chosen, args, toFile ? inFile : io.stdout), io);
  if (toFile) {
    const what = args.format === 'html' ? 'page' : (args.format ?? `${args.report ?? 'table'} report`);
    besideDocument(io, output).stdout.write(`${printable(output)}: ${what} of ${printable(chosen.id)}\n`);
  }
  if (args.open) await openFile(resolve(io.cwd, output));
  return exitCode.ok;
}

function outputOf({ output, format }: FlamegraphArgs, chosen?: ChosenProfile): string {
  if (output !== undefined) return output;
  return format === 'html' && chosen !== undefined ? pageFile(chosen.file) : standardOutput;
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

function refuseWithoutNative({ id, profile }: ChosenProfile): void {
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

function* notesOf({ meta }: Profile): Generator<string> {
  if (meta.jsFramesRefused !== undefined)
    yield `there are no JavaScript frames: ${printable(meta.jsFramesRefused)}`;
  const truncated = meta.truncatedStacks ?? 0;
  if (truncated > 0) {
    const stacks = truncated === 1 ? '1 stack ends' : `${formatCount(truncated)} stacks end`;
    yield `${stacks} in [truncated], because the frames above could not be found or were too many`;
  }
}
