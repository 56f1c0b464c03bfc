// `benchmem compare`: plan, read, compare, render, exit code. Decides nothing about a number or a limit.
import { type Compared, compareRuns } from '../../compare/compare.js';
import type { GateResult } from '../../compare/gate/verdict.js';
import { comparisonJson } from '../../compare/json.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import { type Worse, worseOf } from '../../compare/worse.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRuns } from '../../runfile/run.js';
import { type InputWorld, withRuns } from '../input.js';
import { besideDocument, writeDocument } from '../output.js';
import { withColor } from '../terminal.js';
import { isOnGitHub, repositoryPaths } from '../text/annotations.js';
import { type GateVerdict, gateVerdict } from '../text/gate-verdict.js';
import {
  renderComparisonWarnings,
  renderGate,
  renderGateAnnotations,
  renderGateMarkdown,
  summaryLine,
} from '../text/render-gate.js';
import type { Io } from '../world.js';
import { writeText } from '../write-text.js';
import { renderComparisonMarkdown } from './markdown.js';
import { type Moved, movedBelow, profileMetricOf } from './moved.js';
import type { CompareArgs } from './read.js';
import { renderComparison } from './render.js';
import {
  mostWorse,
  movedDocument,
  movedItems,
  movedLines,
  renderWorse,
  renderWorseMarkdown,
} from './render-moved.js';

/** GitHub refuses a step's summary above 1 MiB; a character has up to three bytes here. */
const mostSummary = 300_000;

export async function run(args: CompareArgs, processIo: Io & InputWorld): Promise<ExitCode> {
  const colored = withColor(processIo, args.color);
  const io = besideDocument(colored, args.csv);
  const runs = await withRuns(args.runs, io, args.storage, (place) => readRuns(args.runs, place));
  const compared = compareRuns(runs, args.plan);
  const verdict: GateVerdict =
    args.gate === undefined
      ? { result: null }
      : gateVerdict(compared.compared, args.gate, (flag) => `pass ${flag}`);
  if (args.csv !== undefined) await writeDocument(args.csv, compared.csv(), colored);
  const warnings = [...compared.warnings, ...(verdict.result?.warnings ?? [])];
  const explained = await explain(compared, verdict.result, args, io);
  const report = { compared, gate: verdict.result, warnings, explained };
  render(report, args, io);
  if (isOnGitHub(io.env)) await reportToGitHub(report, io);
  // WHY: this is thrown only now, because a gate that cannot answer still leaves the comparison to look at.
  if (verdict.refusal !== undefined) throw verdict.refusal;
  return verdict.result?.tripped === true ? exitCode.failed : exitCode.ok;
}

interface Report {
  readonly compared: Compared;
  readonly gate: GateResult | null;
  readonly warnings: readonly ComparisonWarning[];
  readonly explained: Explained | undefined;
}

interface Explained {
  /** Undefined if a gate says what a regression is. */
  readonly worse: readonly Worse[] | undefined;
  readonly moved: readonly Moved[];
  readonly of: (regression: Pick<Worse, 'id' | 'field'>) => Moved | undefined;
}

// WHY: the folder is read before anything is printed, because one that is not there is a wrong command line.
async function explain(
  compared: Compared,
  gate: GateResult | null,
  { profiles, plan, gate: asked }: CompareArgs,
  { cwd }: Io,
): Promise<Explained | undefined> {
  if (profiles === undefined) return undefined;
  const columns = [...new Set(plan.columns.map(({ metric }) => metric))];
  const explainable = columns.filter((name) => profileMetricOf(name) !== undefined);
  const worse = asked === undefined ? worseOf(compared, explainable) : undefined;
  const regressions = worse?.slice(0, mostWorse) ?? gate?.regressions ?? [];
  const moved = await movedBelow(regressions, compared, profiles, cwd);
  const of = ({ id, field }: Pick<Worse, 'id' | 'field'>) =>
    moved.find((each) => each.id === id && each.field === field);
  return { worse, moved, of };
}

// WHY: this goes to standard error, because standard output is the document, and often goes to a file; the runner reads both.
async function reportToGitHub({ compared, gate, explained }: Report, io: Io): Promise<void> {
  if (gate === null) return;
  io.stderr.write(renderGateAnnotations(gate, repositoryPaths(io)));
  const path = io.env.GITHUB_STEP_SUMMARY;
  if (path === undefined || path === '') return;
  const verdict = renderGateMarkdown(gate, (found) => movedItems(explained?.of(found)));
  const whole = `${verdict}\n${renderComparisonMarkdown(compared.view, compared.series)}\n`;
  await writeText(path, whole.length > mostSummary ? `${verdict}\n` : whole, { append: true });
}

function render(report: Report, { format }: CompareArgs, io: Io): void {
  const { compared, gate, warnings, explained } = report;
  const { stdout, stderr } = io;
  if (format === 'json') {
    stdout.write(comparisonJson(compared, gate, warnings, explained?.moved.map(movedDocument)));
    if (gate !== null) stderr.write(`${summaryLine(gate)}\n`);
    return;
  }
  if (format === 'md') writeMarkdown(report, stdout);
  else {
    const width = stdout.unlimited === true ? undefined : stdout.columns;
    for (const text of renderComparison(compared.view, compared.series, stdout, width)) stdout.write(text);
    if (gate !== null)
      stdout.write(renderGate(gate, stdout, (found) => movedLines(explained?.of(found), stdout)));
    if (explained?.worse !== undefined) stdout.write(renderWorse(explained.worse, explained.of, stdout));
  }
  if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
}

// WHY: the verdict comes first, because whoever shortens a comment cuts its end.
function writeMarkdown({ compared, gate, explained }: Report, stdout: Io['stdout']): void {
  if (gate !== null)
    stdout.write(`${renderGateMarkdown(gate, (found) => movedItems(explained?.of(found)))}\n`);
  if (explained?.worse !== undefined) stdout.write(`${renderWorseMarkdown(explained.worse, explained.of)}\n`);
  stdout.write(renderComparisonMarkdown(compared.view, compared.series));
}
