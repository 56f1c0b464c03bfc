// `benchmem analyze`: plan, read, analyse, render, exit code. Decides nothing about a number or a limit.
import type { GateResult } from '../../compare/gate/verdict.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import { warning } from '../../compare/warnings.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { type Analysis, analyze } from '../../history/analysis.js';
import { type AnalysisView, analysisJson } from '../../history/analysis-document.js';
import { pairSeries } from '../../history/pairs.js';
import { type Profiles, profilesOf } from '../../history/profiler.js';
import { chooseRoles, type Roles } from '../../history/roles.js';
import type { Run } from '../../runfile/run.js';
import type { RunListing } from '../../runfile/store.js';
import { readProfileFiles } from '../profile-folder.js';
import { withColor } from '../terminal.js';
import { isOnGitHub, repositoryPaths } from '../text/annotations.js';
import { fittingLines, renderChangeMarkdown, renderChangeTable } from '../text/change-table.js';
import { type GateVerdict, gateVerdict } from '../text/gate-verdict.js';
import {
  renderComparisonWarnings,
  renderGate,
  renderGateAnnotations,
  renderGateMarkdown,
  summaryLine,
} from '../text/render-gate.js';
import type { World } from '../world.js';
import type { AnalyzeArgs } from './read.js';
import { analysisHeading, analysisTables } from './tables.js';

export async function run(args: AnalyzeArgs, given: World): Promise<ExitCode> {
  const world = withColor(given, args.color);
  const store = await world.openStore(args.storage, { cwd: world.cwd, env: world.env });
  try {
    const listing = await store.list();
    const roles = chooseRoles(listing.heads, args.roles, args.storage);
    const profiles = await profilesIn(args.profilerFolder, world.cwd);
    const [reference, candidate] = [await store.read(roles.reference), await store.read(roles.candidate)];
    const analysis = analyze(reference, candidate, args.options);
    const gates = judge(candidate, analysis, args);
    const view: AnalysisView = {
      ...roles,
      options: args.options,
      analysis,
      profile: profiles.of(roles.candidate),
      gate: gates.gate.result,
      pairGate: gates.pairs.result,
      warnings: [
        ...warningsOf(listing, roles, profiles),
        ...analysis.warnings,
        ...(gates.gate.result?.warnings ?? []),
      ],
    };
    print(view, args, world);
    return end(gates);
  } finally {
    await store.close();
  }
}

interface Gates {
  readonly gate: GateVerdict;
  readonly pairs: GateVerdict;
}

function judge(
  candidate: Run,
  { series, candidateCases }: Analysis,
  { gate, pairGate, options }: AnalyzeArgs,
): Gates {
  const none: GateVerdict = { result: null };
  const words = (flag: string) => `pass ${flag}`;
  const pairs = () => pairSeries(candidate, candidateCases, options);
  return {
    gate: gate === undefined ? none : gateVerdict(series, gate, words),
    pairs: pairGate === undefined ? none : gateVerdict(pairs, pairGate, words),
  };
}

function end({ gate, pairs }: Gates): ExitCode {
  // WHY: this is thrown only now, because a gate that cannot answer still leaves the analysis to look at.
  const refusal = gate.refusal ?? pairs.refusal;
  if (refusal !== undefined) throw refusal;
  return gate.result?.tripped === true || pairs.result?.tripped === true ? exitCode.failed : exitCode.ok;
}

async function profilesIn(folder: string | undefined, cwd: string): Promise<Profiles> {
  return profilesOf(folder === undefined ? [] : await readProfileFiles(folder, cwd));
}

function warningsOf(
  { unread }: RunListing,
  { notes, candidate }: Roles,
  profiles: Profiles,
): ComparisonWarning[] {
  return [
    ...unread.map(({ path, message }) =>
      warning('UNREADABLE_RUN', path, message, 'it is left out; repair it, or remove it'),
    ),
    ...notes.map((note) => warning('SEVERAL_RUNS', candidate.stem, note, 'name one by its number')),
    ...profiles.skipped.map((path) =>
      warning('NO_PROFILE', path, 'it is not an object with run_id and cases', 'it is left out'),
    ),
  ];
}

function print(view: AnalysisView, { format }: AnalyzeArgs, { stdout, stderr, cwd, env }: World): void {
  const gates = [view.gate, view.pairGate].filter((gate): gate is GateResult => gate !== null);
  if (format === 'json') {
    stdout.write(analysisJson(view));
    for (const gate of gates) stderr.write(`${summaryLine(gate)}\n`);
  } else {
    const tables = analysisTables(view);
    const heading = analysisHeading(view);
    if (format === 'md') {
      // WHY: the gates come first, because whoever shortens a comment cuts its end.
      for (const gate of gates) stdout.write(`${renderGateMarkdown(gate)}\n`);
      const [rows, ...others] = tables;
      const titled = rows === undefined ? others : [{ ...rows, heading }, ...others];
      stdout.write(titled.map(renderChangeMarkdown).join('\n'));
    } else {
      stdout.write(`${fittingLines(heading, stdout).join('\n')}\n\n`);
      stdout.write(tables.map((table) => renderChangeTable(table, stdout)).join('\n'));
      for (const gate of gates) stdout.write(`\n${renderGate(gate, stdout)}`);
    }
  }
  if (isOnGitHub(env)) {
    for (const gate of gates) stderr.write(renderGateAnnotations(gate, repositoryPaths({ cwd, env })));
  }
  if (view.warnings.length > 0) stderr.write(renderComparisonWarnings(view.warnings, stderr));
}
