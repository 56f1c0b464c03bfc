// `benchmem history`: read, find steps, print, exit code. Decides nothing about a number or a limit.
import { resolve } from 'node:path';
import { type ComparisonWarning, renameWarnings, warning } from '../../compare/warnings.js';
import { BenchmemError, type ExitCode, exitCode } from '../../errors.js';
import { openWholeFile } from '../../files/whole-file.js';
import { type Accepted, acceptedText, isCommit, withAccepted } from '../../history/accepted.js';
import { type HistoryView, historyJson } from '../../history/history-document.js';
import { probableRenames } from '../../history/renamed.js';
import { seriesOfMachine } from '../../history/scope.js';
import { type SteppedSeries, shiftsOf, withSteps } from '../../history/series-steps.js';
import { limitsWithoutSeries, stepsOver, toldSteps } from '../../history/told-steps.js';
import { offer } from '../../runfile/known-dims.js';
import { acceptedPath } from '../accepted-file.js';
import { isCi, withColor } from '../terminal.js';
import { isOnGitHub } from '../text/annotations.js';
import { fittingLines, renderChangeMarkdown, renderChangeTable } from '../text/change-table.js';
import { renderComparisonWarnings } from '../text/render-gate.js';
import { stepAnnotations, stepGateLines } from '../text/step-gate.js';
import type { World } from '../world.js';
import { type Loaded, loadHistory } from './load.js';
import type { HistoryArgs } from './read.js';
import { historyHeading, historyTable } from './tables.js';

export async function run(args: HistoryArgs, given: World): Promise<ExitCode> {
  const world = withColor(given, args.color);
  const store = await world.openStore(args.storage, { cwd: world.cwd, env: world.env });
  try {
    const loaded = await loadHistory(args, store, world);
    if (loaded.history.runs.length === 0) return nothingSaved(args, loaded, world);
    const scope = seriesOfMachine(loaded.history, args.machine);
    const series = scope.series.map((each) => withSteps(each, loaded.history.runs));
    requireSeries(series, args, world);
    const accepted = await accept(series, loaded, args, world);
    const view = viewOf(series, { ...loaded, accepted }, args, scope.left);
    print(view, args, world);
    return (view.gate?.over.length ?? 0) > 0 ? exitCode.failed : exitCode.ok;
  } finally {
    await store.close();
  }
}

function viewOf(
  series: readonly SteppedSeries[],
  { history, branch, unread, accepted }: Loaded,
  { gate, renames }: HistoryArgs,
  left: number,
): HistoryView {
  const { runs } = history;
  const steps = toldSteps(series, runs, accepted, shiftsOf(series));
  const warnings: ComparisonWarning[] = [
    ...unread.map(({ path, message }) =>
      warning('UNREADABLE_RUN', path, message, 'it is left out; repair it, or remove it'),
    ),
    ...(renames.length === 0 ? [] : renameWarnings(history.unmatched)),
    ...probableRenames({ runs, series }).map(({ from, to }) =>
      warning(
        'RENAMED',
        from,
        `it ends where ${to} begins, and both have the same figures`,
        `if it is the same benchmark, give it formerly: [${JSON.stringify(from)}], or pass --rename`,
        [to],
      ),
    ),
  ];
  const gated = gate === undefined ? null : { asked: gate, over: stepsOver(steps, gate) };
  return { branch, runs, series, steps, gate: gated, left, warnings };
}

/** A gate over nothing must not pass. */
function requireSeries(series: readonly SteppedSeries[], args: HistoryArgs, { env }: World): void {
  if (args.gate === undefined || !(args.requireBaseline ?? isCi(env))) return;
  const [lacking] = limitsWithoutSeries(series, args.gate);
  if (lacking === undefined) return;
  throw noSeries(lacking.field, args);
}

function noSeries(field: string, { storage }: HistoryArgs): BenchmemError {
  return new BenchmemError(
    'BAD_RUN_FILE',
    `--fail-on-step ${field}: no series of ${field} has two runs in ${storage}`,
    'save runs with benchmem run --save NAME, or pass --no-require-baseline',
  );
}

function nothingSaved(args: HistoryArgs, { unread }: Loaded, { env, stderr, stdout }: World): ExitCode {
  const { gate, requireBaseline, storage } = args;
  const [limit] = gate?.limits ?? [];
  if (unread.length === 0 && limit !== undefined) {
    if (requireBaseline ?? isCi(env)) throw noSeries(limit.field, args);
    stdout.write(`no runs in ${storage}: nothing is gated\n`);
    return exitCode.ok;
  }
  const [broken] = unread;
  if (broken !== undefined)
    stderr.write(
      renderComparisonWarnings([warning('UNREADABLE_RUN', broken.path, broken.message, '')], stderr),
    );
  throw new BenchmemError(
    'USAGE',
    `no runs found in ${storage} that fit`,
    'save one with benchmem run --save NAME, or name the folder with --storage',
  );
}

/** What is accepted, with what this command line adds, which is then written. Throws USAGE for what is no step. */
async function accept(
  series: readonly SteppedSeries[],
  { history: { runs }, accepted }: Loaded,
  { accept: asked, note, storage }: HistoryArgs,
  { cwd }: World,
): Promise<readonly Accepted[]> {
  if (asked.length === 0) return accepted;
  const added = asked.flatMap(({ id, commit }) => {
    const own = series.filter((each) => each.id === id);
    const found = own.flatMap(({ metric, steps }) =>
      steps.flatMap((step): Accepted[] => {
        const { commit: at } = runs[step.run]?.head ?? {};
        return at !== undefined && isCommit(at, commit)
          ? [{ id, metric: metric.name, commit: at, note }]
          : [];
      }),
    );
    if (found.length > 0) return found;
    const steps = own.flatMap((each) =>
      each.steps.map(({ run: at }) => `${id}@${runs[at]?.head.commit?.slice(0, 8)}`),
    );
    throw new BenchmemError(
      'USAGE',
      `--accept ${id}@${commit}: there is no such step`,
      steps.length > 0 ? `its steps are ${offer(commit, steps)}` : noSteps(id, series),
    );
  });
  const all = withAccepted(accepted, added);
  const path = acceptedPath(storage);
  await (await openWholeFile(resolve(cwd, path), path)).write(acceptedText(all));
  return all;
}

function noSteps(id: string, series: readonly SteppedSeries[]): string {
  const known = series.map((each) => each.id);
  return known.includes(id) ? 'none of its figures has a step' : `the benchmarks are ${offer(id, known)}`;
}

function print(view: HistoryView, { format }: HistoryArgs, { stdout, stderr, env }: World): void {
  const gate = stepGateLines(view);
  if (format === 'json') {
    stdout.write(historyJson(view));
    for (const line of gate) stderr.write(`${line}\n`);
  } else if (format === 'md') {
    const table = { ...historyTable(view), heading: historyHeading(view) };
    stdout.write(renderChangeMarkdown({ ...table, footer: [...gate, ...table.footer] }));
  } else {
    stdout.write(`${fittingLines(historyHeading(view), stdout).join('\n')}\n\n`);
    stdout.write(renderChangeTable(historyTable(view), stdout));
    for (const line of gate) stdout.write(`${line}\n`);
  }
  if (isOnGitHub(env)) stderr.write(stepAnnotations(view));
  if (view.warnings.length > 0) stderr.write(renderComparisonWarnings(view.warnings, stderr));
}
