// An analysis as tables: what it is of, rows under their groups, and the pairs. Pure.
import { join } from 'node:path';
import type { AnalysisView } from '../../history/analysis-document.js';
import { hottestOf, keptProfiles } from '../../history/profiler.js';
import { type Row, type RowStat, rowStats } from '../../history/rows.js';
import type { Cell } from '../../layout/columns.js';
import { millisecondsOf } from '../../runfile/times.js';
import type { Metric } from '../../stats/metrics.js';
import { absentText, durationText } from '../../text/numbers.js';
import { linksFrom } from '../storage.js';
import type { ChangeColumn, ChangeRow, ChangeTable } from '../text/change-table.js';
import { headText, spanText } from '../text/head-text.js';
import {
  casesCell,
  metricIn,
  overallLines,
  pairsTable,
  percentCell,
  rowName,
  speedupCell,
  speedupTitle,
  valueCell,
} from '../text/render-changes.js';

/** `0003_b (tag, main 8d530304)  against  0002_a (tag), 28 days earlier`. */
export function analysisHeading({
  candidate,
  reference,
}: Pick<AnalysisView, 'candidate' | 'reference'>): string {
  const isPlain = candidate.commit === reference.commit && candidate.branch === reference.branch;
  const apart = millisecondsOf(candidate.datetime) - millisecondsOf(reference.datetime);
  const span = spanText(apart);
  const age = span === undefined ? '' : `, ${span} ${apart > 0 ? 'earlier' : 'later'}`;
  return `${headText(candidate)}  against  ${headText(reference, { isPlain })}${age}`;
}

export function analysisTables(view: AnalysisView): ChangeTable[] {
  const { analysis, candidate, options } = view;
  const { metrics } = analysis;
  const rows: ChangeTable = {
    columns: [{ title: 'cases', rank: 1 }, ...metrics.flatMap(columnsOf)],
    groups: analysis.groups.map(({ label, rows: own }) => ({
      label,
      rows: own.map((row) => rowOf(row, view)),
    })),
    footer: overallLines(analysis.overall, 'method'),
  };
  const pairs = pairsTable(analysis.pairs, metrics, candidate.stem, options.postfixLabels);
  return pairs === undefined ? [rows] : [rows, pairs];
}

// Memory has one figure a case; times have four.
const statsOf = ({ pass }: Metric): readonly RowStat[] => (pass === 'timing' ? rowStats : ['mean']);
const statRanks: Readonly<Record<RowStat, number>> = { mean: 0, median: 3, min: 4, max: 5 };

function columnsOf(metric: Metric): ChangeColumn[] {
  const columns = statsOf(metric).flatMap((stat): ChangeColumn[] => [
    { title: stat === 'mean' ? `${metric.name} mean` : stat, rank: stat === 'mean' ? 1 : statRanks[stat] },
    { title: stat === 'mean' ? `Δ ${metric.name}` : 'Δ', rank: statRanks[stat] },
  ]);
  return [...columns, { title: speedupTitle(metric), rank: 2 }];
}

function rowOf(row: Row, view: AnalysisView): ChangeRow {
  const cells = view.analysis.metrics.flatMap((metric) => metricCells(row, metric));
  const note = noteOf(row, view);
  return { name: rowName(row), cells: [casesCell(row), ...cells], ...(note !== undefined && { note }) };
}

function metricCells(row: Row, metric: Metric): (Cell | undefined)[] {
  const found = metricIn(row, metric);
  const stats = statsOf(metric);
  if (found?.stats === undefined) {
    const word: Cell =
      found === undefined ? { text: absentText, tone: 'dim' } : { text: found.status, tone: 'dim' };
    const value = found === undefined ? undefined : valueCell(found.value, metric);
    return [value, word, ...stats.slice(1).flatMap(() => [undefined, undefined]), undefined];
  }
  const { stats: changes, verdict, withinNoise } = found;
  return [
    ...stats.flatMap((stat) => {
      const change = changes[stat];
      return [valueCell(change.candidate, metric), percentCell(change, verdict, withinNoise)];
    }),
    speedupCell(changes.mean),
  ];
}

/** Where the row's time goes: `hot: process f.py:12 1.5 s`, and profiles that its run kept. */
function noteOf({ candidate }: Row, { profile, candidate: run }: AnalysisView): string | undefined {
  const hot = hottestOf(candidate, profile);
  // WHY: paths are joined, because a run file names them from its own folder, where nobody works.
  const kept = keptProfiles(candidate).map((file) => join(linksFrom(run), file));
  const parts = [
    ...(hot === undefined
      ? []
      : [`hot: ${hot.function} ${hot.file}:${hot.line} ${durationText(hot.totalTime)}`]),
    ...(kept.length === 0 ? [] : [`profile: ${kept.slice(0, 3).join(', ')}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
