// The first page: the newest run against the one before, what moved most, and every benchmark with its history. Pure.
import { percentText, type Verdict } from '../../history/changes.js';
import type { Metric } from '../../stats/metrics.js';
import { absentText, singleText } from '../../text/numbers.js';
import type { BoardSeries, Scope } from '../board.js';
import { queryOf } from '../filters.js';
import { filterForm } from '../form.js';
import { type Html, html } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import { type Bin, distributionOf, type Move, type Moves, movesOf, topMoves } from '../moves.js';
import { type Compared, comparedRuns } from '../scope.js';
import { sparkLine } from '../spark.js';
import { benchmarkLink, changeCell, countText, runLink, shiftNotes, stepTable } from './parts.js';

export async function overview(view: PageView): Promise<PageParts> {
  const { board, filters, words } = view;
  const title = `${filters.metric.name} of ${countText(board.ids.size, 'benchmark')}`;
  if (board.runs.length === 0) return { title: 'no runs', body: nothingSaved(view) };
  const whole = await board.scopeOf(filters);
  const scope = { ...whole, series: whole.series.filter(({ id }) => id.includes(filters.contains)) };
  const compared = comparedRuns(board, scope.measured, filters, words);
  const moves = movesOf(board, scope, compared);
  const body = html`<h1>${countText(scope.series.length, 'benchmark')} in ${countText(scope.runs.length, 'run')}</h1>
${compared !== undefined && comparison(view, compared, moves)}
${metricLinks(view)}
${filterForm(view, ['metric', 'machine', 'branch', 'last', 'q'])}
${moves.size > 0 && html`<div class="side">${movers(view, moves, 'regressed', 'Grew most')}${movers(view, moves, 'improved', 'Fell most')}<section><h2>Distribution of changes</h2>${bars(distributionOf(moves.values()))}</section></div>`}
${shiftNotes(view, scope)}<h2>Steps</h2>
${stepTable(view, scope, scope.series, mostSteps)}
<h2>Benchmarks</h2>
${benchmarkTable(view, scope, moves)}`;
  return { title, body };
}

function nothingSaved({ board, links }: PageView): Html {
  const unread = board.unread.length;
  return html`<h1>No runs yet</h1><p>Save one with <code>benchmem run --save NAME</code>; this page then says so.</p>${unread > 0 && html`<p class="note"><a href="${links.to({ page: 'runs' })}">${countText(unread, 'file')}</a> could not be read.</p>`}`;
}

function comparison(view: PageView, { base, head, notes }: Compared, moves: Moves): Html {
  const count = (verdict: Verdict) =>
    [...moves.values()].filter((move) => move.verdict === verdict && !move.withinNoise).length;
  const noise = [...moves.values()].filter(({ withinNoise }) => withinNoise).length;
  return html`<p>${runLink(view, head)} against ${runLink(view, base)}: <span class="worse">${count('regressed')} grew</span>, <span class="better">${count('improved')} fell</span>, ${count('unchanged')} did not change${noise > 0 && `, ${noise} within noise`}. <a href="${view.links.to({ page: 'compare' }, queryOf({ ...view.filters, base: base.slug, head: head.slug }, view.board))}">Compare them</a></p>
${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

const mostMovers = 5;
const mostSteps = 10;

function movers(view: PageView, moves: Moves, verdict: Verdict, heading: string): Html {
  const top = topMoves(moves.values(), verdict, mostMovers);
  const rows = top.map(({ series, change }) => {
    const { metric } = view.filters;
    return html`<li><span>${benchmarkLink(view, series)}</span><span class="n ${verdict === 'regressed' ? 'worse' : 'better'}">${percentText(change) ?? 'from nothing'} <span class="muted">to ${singleText(change.candidate, metric.unit)}</span></span></li>`;
  });
  return html`<section><h2>${heading}</h2>${top.length === 0 ? html`<p class="muted">Nothing did, beyond noise.</p>` : html`<ul class="few">${rows}</ul>`}</section>`;
}

const barClasses = { improved: 'better', regressed: 'worse', unchanged: 'same' } as const;

function bars(bins: readonly Bin[]): Html {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const rows = bins.map(({ label, verdict, count }) => {
    const bar = html`<svg class="bars" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="${barClasses[verdict]}" x="0" y="1" width="${((count / most) * 100).toFixed(1)}" height="10"/></svg>`;
    return html`<tr><th scope="row">${label}</th><td>${bar}</td><td class="n">${count}</td></tr>`;
  });
  return html`<table class="bins"><thead><tr><th scope="col">change</th><th scope="col">share</th><th scope="col" class="n">benchmarks</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function benchmarkTable(view: PageView, { series, runs }: Scope, moves: Moves): Html {
  const { metric } = view.filters;
  if (series.length === 0) return html`<p class="muted">No benchmark has ${metric.name} here.</p>`;
  const rows = series.map((each) => benchmarkRow(view, each, runs.length, metric, moves.get(each)));
  return html`<table class="rows"><thead><tr><th scope="col">benchmark</th><th scope="col" class="n">${metric.name}</th><th scope="col" class="n">change</th><th scope="col">history</th><th scope="col" class="n">runs</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function benchmarkRow(
  view: PageView,
  series: BoardSeries,
  runs: number,
  metric: Metric,
  move: Move | undefined,
): Html {
  const last = series.points.at(-1)?.headline;
  return html`<tr><th scope="row" class="name">${benchmarkLink(view, series)}</th><td class="n" data-label="${metric.name}">${last === undefined ? absentText : singleText(last, metric.unit)}</td>${changeCell(move)}<td data-label="history">${sparkLine(series, runs)}</td><td class="n" data-label="runs">${series.points.length}</td></tr>
`;
}
