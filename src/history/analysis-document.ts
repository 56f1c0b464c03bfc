// An analysis as the one JSON document that `--format json` prints: numbers raw, texts beside them. Pure.
// INVARIANT: no terminal control in its text, whatever the runs hold; the parsed document is the same.
import type { GateResult } from '../compare/gate/verdict.js';
import { escapeControls, gateDocument } from '../compare/json.js';
import type { ComparisonWarning } from '../compare/warnings.js';
import type { RunHead } from '../runfile/heads.js';
import { absentText } from '../text/numbers.js';
import type { Analysis, AnalysisOptions } from './analysis.js';
import type { Case } from './cases.js';
import { type Change, percentText } from './changes.js';
import type { Overall } from './overall.js';
import type { Pairs } from './pairs.js';
import { hottestOf, keptProfiles, type RunProfile } from './profiler.js';
import { type Row, type RowMetric, rowStats } from './rows.js';

/** What an analysis is printed with. */
export interface AnalysisView {
  readonly reference: RunHead;
  readonly candidate: RunHead;
  readonly options: AnalysisOptions;
  readonly analysis: Analysis;
  /** Of the candidate. */
  readonly profile: RunProfile;
  readonly gate: GateResult | null;
  readonly pairGate: GateResult | null;
  readonly warnings: readonly ComparisonWarning[];
}

/** The document's text. */
export function analysisJson(view: AnalysisView): string {
  return `${escapeControls(JSON.stringify(analysisDocument(view), null, 1))}\n`;
}

export function analysisDocument(view: AnalysisView) {
  const { reference, candidate, analysis, gate, pairGate, profile, warnings } = view;
  const rows = analysis.rows.map((row) => rowDocument(row, profile));
  return {
    kind: 'analysis',
    schema: 1,
    reference: headDocument(reference),
    candidate: headDocument(candidate),
    options: optionsDocument(view.options),
    regression: { rows, overall: analysis.overall.map(overallDocument) },
    pairs: analysis.pairs === undefined ? null : pairsDocument(analysis.pairs),
    groups: analysis.groups.map(({ label, rows: own, overall }) => ({
      label,
      rows: own.map(({ key }) => key),
      figures: own.map((row) => rowDocument(row, profile)),
      overall: overall.map(overallDocument),
    })),
    gate: gate === null ? null : gateDocument(gate),
    pair_gate: pairGate === null ? null : gateDocument(pairGate),
    warnings: warnings.map(({ code, subject, message, hint }) => ({ code, subject, message, hint })),
  };
}

function headDocument(head: RunHead) {
  const { id, tag, stem, path, folder, number, branch, commit, commitTime, datetime } = head;
  return {
    id,
    tag: tag ?? null,
    label: stem,
    path,
    machine: folder,
    number: number ?? null,
    branch: branch ?? null,
    commit: commit ?? null,
    commit_time: commitTime ?? null,
    datetime: datetime ?? null,
  };
}

function optionsDocument(options: AnalysisOptions) {
  return {
    group_by: options.groupBy.map(({ text }) => text),
    exclude_params: options.excludeParams,
    distinct_params: options.distinctParams,
    original_postfixes: options.original,
    reference_postfixes: options.reference,
    threshold_pct: options.noise.thresholdPct,
    confidence: options.noise.confidence,
  };
}

/** The case that names a row: of the candidate, where it has one. */
export function nameCase({ candidate, reference }: Row): Case {
  return (candidate[0] ?? reference[0]) as Case;
}

function rowDocument(row: Row, profile: RunProfile) {
  const { parts, distinct } = nameCase(row);
  const labels = new Set([...row.candidate, ...row.reference].map(({ label }) => label));
  const [label] = labels;
  const hot = hottestOf(row.candidate, profile);
  return {
    key: row.key,
    method: parts.base,
    prefix: parts.prefix,
    postfix: parts.postfix,
    label: labels.size === 1 ? label : null,
    params: Object.fromEntries(distinct),
    status: row.status,
    members: membersOf(row),
    metrics: row.metrics.map(metricDocument),
    profile:
      hot === undefined
        ? null
        : { function: hot.function, file: hot.file, line: hot.line, total_time: hot.totalTime },
    kept_profiles: keptProfiles(row.candidate),
  };
}

function membersOf({ reference, candidate, compared }: Row) {
  return { reference: reference.length, candidate: candidate.length, compared };
}

function metricDocument({ metric, status, verdict, withinNoise, stats, value }: RowMetric) {
  const { name, unit } = metric;
  if (stats === undefined) return { metric: name, unit, verdict: null, within_noise: false, status, value };
  return {
    metric: name,
    unit,
    verdict,
    within_noise: withinNoise,
    stats: Object.fromEntries(rowStats.map((stat) => [stat, changeDocument(stats[stat])])),
  };
}

function changeDocument(change: Change) {
  const { reference, candidate, delta, pct, speedup } = change;
  return { reference, candidate, delta, pct, speedup, text: percentText(change) ?? absentText };
}

function overallDocument(overall: Overall) {
  return {
    metric: overall.metric.name,
    count: overall.count,
    compared: overall.compared,
    avg_delta_pct: overall.averagePct,
    median_delta_pct: overall.medianPct,
    speedup: overall.speedup,
    improved: overall.improved,
    regressed: overall.regressed,
    unchanged: overall.unchanged,
    within_noise: overall.withinNoise,
    new: overall.new,
    removed: overall.removed,
    no_percentage: overall.noPercentage,
  };
}

function pairsDocument({ original, reference, skipped, rows, overall }: Pairs) {
  return {
    original,
    reference,
    ...(skipped !== undefined && { skipped }),
    rows: rows.map((row) => {
      const { parts, distinct } = nameCase(row);
      return {
        method: parts.base,
        prefix: parts.prefix,
        params: Object.fromEntries(distinct),
        original: methodsOf(row.reference),
        reference: methodsOf(row.candidate),
        members: { original: row.reference.length, reference: row.candidate.length, compared: row.compared },
        metrics: row.metrics.map(metricDocument),
      };
    }),
    overall: overall.map(overallDocument),
  };
}

function methodsOf(cases: readonly Case[]): string[] {
  return [...new Set(cases.map(({ method }) => method))];
}
