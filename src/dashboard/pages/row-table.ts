// Rows of an analysis as a table: a method each, its statistics on both sides and how far they are apart. Pure.
import type { Overall } from '../../history/overall.js';
import { type Row, type RowMetric, type RowStat, rowStats } from '../../history/rows.js';
import type { Metric } from '../../stats/metrics.js';
import { changeText, singleText } from '../../text/numbers.js';
import { type Html, html, nameText } from '../html.js';
import { changeCell, countText } from './parts.js';

export interface RowSides {
  readonly base: string;
  readonly head: string;
}

/** `nameOf` is what a row is called, with its link. */
export function rowTable(
  rows: readonly Row[],
  metric: Metric,
  sides: RowSides,
  nameOf: (row: Row) => Html,
): Html {
  // Memory is repeatable: all four statistics of a row of one case would be one number.
  const stats: readonly RowStat[] = metric.pass === 'timing' ? rowStats : ['mean'];
  const heads = stats.map(
    (stat) => html`<th scope="col" class="n">${stat}</th><th scope="col" class="n">change</th>`,
  );
  const body = rows.map((row) => {
    const figures = row.metrics.find((each) => each.metric === metric);
    return html`<tr><th scope="row" class="name">${nameOf(row)}</th><td class="n" data-label="cases">${casesText(row)}</td>${figures === undefined ? html`<td class="n">not measured</td>` : cells(figures, stats)}</tr>
`;
  });
  return html`<table class="rows"><caption>${nameText(sides.base)} to ${nameText(sides.head)}</caption><thead><tr><th scope="col">method</th><th scope="col" class="n">cases</th>${heads}</tr></thead><tbody>${body}</tbody></table>`;
}

function casesText({ status, compared, members }: Row): string {
  if (status !== 'both') return status;
  return compared === members ? String(members) : `${compared} of ${members}`;
}

function cells(
  { metric, stats, value, status, verdict, withinNoise }: RowMetric,
  shown: readonly RowStat[],
): Html {
  if (stats === undefined || verdict === undefined) {
    return html`<td class="n" data-label="${status}">${singleText(value, metric.unit)}</td>`;
  }
  return html`${shown.map((stat) => {
    const change = stats[stat];
    const moved = {
      change,
      verdict:
        change.delta === 0
          ? ('unchanged' as const)
          : change.delta > 0
            ? ('regressed' as const)
            : ('improved' as const),
      withinNoise: withinNoise && stat === 'mean',
    };
    return html`<td class="n" data-label="${stat}">${singleText(change.candidate, metric.unit)}</td>${changeCell(moved)}`;
  })}`;
}

/** What all rows say together. */
export function overallText(overall: Overall | undefined): Html {
  if (overall === undefined) return html``;
  const { compared, averagePct, improved, regressed, unchanged, withinNoise } = overall;
  const average = averagePct === null ? '' : `, ${changeText(averagePct)} on average`;
  return html`<p>${countText(compared, 'method')} compared${average}: <span class="worse">${regressed} grew</span>, <span class="better">${improved} fell</span>, ${unchanged} did not change; ${withinNoise} within noise.</p>`;
}
