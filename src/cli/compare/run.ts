// `benchmem compare`: plan, read, compare, render, exit code. Decides nothing about a number or a limit.
import { type Compared, compareRuns } from '../../compare/compare.js';
import type { GateResult } from '../../compare/gate/verdict.js';
import { comparisonJson } from '../../compare/json.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { readRuns } from '../../runfile/run.js';
import { runPlace } from '../input.js';
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
import type { CompareArgs } from './read.js';
import { renderComparison } from './render.js';

/** GitHub refuses a step's summary above 1 MiB; a character has up to three bytes here. */
const mostSummary = 300_000;

export async function run(args: CompareArgs, processIo: Io): Promise<ExitCode> {
  const colored = withColor(processIo, args.color);
  const io = besideDocument(colored, args.csv);
  const runs = await readRuns(args.runs, runPlace(io, args.storage));
  const compared = compareRuns(runs, args.plan);
  const verdict: GateVerdict =
    args.gate === undefined
      ? { result: null }
      : gateVerdict(compared.compared, args.gate, (flag) => `pass ${flag}`);
  if (args.csv !== undefined) await writeDocument(args.csv, compared.csv(), colored);
  const warnings = [...compared.warnings, ...(verdict.result?.warnings ?? [])];
  render(compared, verdict.result, warnings, args, io);
  if (verdict.result !== null && isOnGitHub(io.env)) await reportToGitHub(compared, verdict.result, io);
  // WHY only now: a gate that cannot answer still leaves the comparison to look at.
  if (verdict.refusal !== undefined) throw verdict.refusal;
  return verdict.result?.tripped === true ? exitCode.failed : exitCode.ok;
}

// WHY on standard error: standard output is the document, and often goes to a file; the runner reads both.
async function reportToGitHub({ view, series }: Compared, gate: GateResult, io: Io): Promise<void> {
  io.stderr.write(renderGateAnnotations(gate, repositoryPaths(io)));
  const path = io.env.GITHUB_STEP_SUMMARY;
  if (path === undefined || path === '') return;
  const verdict = renderGateMarkdown(gate);
  const whole = `${verdict}\n${renderComparisonMarkdown(view, series)}\n`;
  await writeText(path, whole.length > mostSummary ? `${verdict}\n` : whole, { append: true });
}

function render(
  compared: Compared,
  gate: GateResult | null,
  warnings: readonly ComparisonWarning[],
  { format }: CompareArgs,
  io: Io,
): void {
  const { stdout, stderr } = io;
  if (format === 'json') {
    stdout.write(comparisonJson(compared, gate, warnings));
    if (gate !== null) stderr.write(`${summaryLine(gate)}\n`);
    return;
  }
  if (format === 'md') {
    // WHY first: whoever shortens a comment cuts its end.
    if (gate !== null) stdout.write(`${renderGateMarkdown(gate)}\n`);
    stdout.write(renderComparisonMarkdown(compared.view, compared.series));
  } else {
    const width = stdout.unlimited === true ? undefined : stdout.columns;
    stdout.write(renderComparison(compared.view, compared.series, stdout, width));
    if (gate !== null) stdout.write(renderGate(gate, stdout));
  }
  if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
}
