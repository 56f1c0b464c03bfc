// `benchmem compare`: plan, read, compare, render, exit code. Decides nothing about a number or a limit.
import { type Compared, compareRuns } from '../../compare/compare.js';
import type { GateResult } from '../../compare/gate/verdict.js';
import { comparisonJson } from '../../compare/json.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRuns } from '../../runfile/run.js';
import { type InputWorld, withRuns } from '../input.js';
import { besideDocument, writeDocument } from '../output.js';
import { withColor } from '../terminal.js';
import { isOnGitHub, repositoryPaths } from '../text/annotations.js';
import type { GateVerdict } from '../text/gate-verdict.js';
import {
  renderComparisonWarnings,
  renderGate,
  renderGateAnnotations,
  renderGateMarkdown,
  summaryLine,
} from '../text/render-gate.js';
import type { Io } from '../world.js';
import { writeText } from '../write-text.js';
import type { Explained } from './explain.js';
import { renderComparisonMarkdown } from './markdown.js';
import type { CompareArgs } from './read.js';
import { renderComparison } from './render.js';

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
      : (await import('../text/gate-verdict.js')).gateVerdict(
          compared.compared,
          args.gate,
          (flag) => `pass ${flag}`,
        );
  if (args.csv !== undefined) await writeDocument(args.csv, compared.csv(), colored);
  const warnings = [...compared.warnings, ...(verdict.result?.warnings ?? [])];
  const explained = await explainedBy(args, compared, verdict.result, io);
  const report = { compared, gate: verdict.result, warnings, explained };
  render(report, args, io);
  if (isOnGitHub(io.env)) await reportToGitHub(report, io);
  // WHY: this is thrown only now, because a gate that cannot answer still leaves the comparison to look at.
  if (verdict.refusal !== undefined) throw verdict.refusal;
  return verdict.result?.tripped === true ? exitCode.failed : exitCode.ok;
}

// PERF: what reads profiles is loaded where they are asked for.
async function explainedBy(
  args: CompareArgs,
  compared: Compared,
  gate: GateResult | null,
  { cwd }: Io,
): Promise<Explained | undefined> {
  if (args.profiles === undefined) return undefined;
  const { explain } = await import('./explain.js');
  return explain(compared, gate, { ...args, profiles: args.profiles }, cwd);
}

interface Report {
  readonly compared: Compared;
  readonly gate: GateResult | null;
  readonly warnings: readonly ComparisonWarning[];
  readonly explained: Explained | undefined;
}

// WHY: this goes to standard error, because standard output is the document, and often goes to a file; the runner reads both.
async function reportToGitHub({ compared, gate, explained }: Report, io: Io): Promise<void> {
  if (gate === null) return;
  io.stderr.write(renderGateAnnotations(gate, repositoryPaths(io)));
  const path = io.env.GITHUB_STEP_SUMMARY;
  if (path === undefined || path === '') return;
  const verdict = renderGateMarkdown(gate, (found) => explained?.items(found) ?? []);
  const whole = `${verdict}\n${renderComparisonMarkdown(compared.view, compared.series)}\n`;
  await writeText(path, whole.length > mostSummary ? `${verdict}\n` : whole, { append: true });
}

function render(report: Report, { format }: CompareArgs, io: Io): void {
  const { compared, gate, warnings, explained } = report;
  const { stdout, stderr } = io;
  if (format === 'json') {
    stdout.write(comparisonJson(compared, gate, warnings, explained?.documents()));
    if (gate !== null) stderr.write(`${summaryLine(gate)}\n`);
    return;
  }
  if (format === 'md') writeMarkdown(report, stdout);
  else {
    const width = stdout.unlimited === true ? undefined : stdout.columns;
    for (const text of renderComparison(compared.view, compared.series, stdout, width)) stdout.write(text);
    if (gate !== null)
      stdout.write(renderGate(gate, stdout, (found) => explained?.lines(found, stdout) ?? []));
    if (explained !== undefined) stdout.write(explained.worse(stdout));
  }
  if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
}

// WHY: the verdict comes first, because whoever shortens a comment cuts its end.
function writeMarkdown({ compared, gate, explained }: Report, stdout: Io['stdout']): void {
  if (gate !== null) stdout.write(`${renderGateMarkdown(gate, (found) => explained?.items(found) ?? [])}\n`);
  if (explained !== undefined) stdout.write(explained.worseMarkdown());
  stdout.write(renderComparisonMarkdown(compared.view, compared.series));
}
