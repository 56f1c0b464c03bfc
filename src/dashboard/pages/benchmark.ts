// One benchmark: its history in one metric, run by run. Pure.
import { changeOf, verdictOf } from '../../history/changes.js';
import { singleText } from '../../text/numbers.js';
import { methodOf } from '../board.js';
import { queryOf } from '../filters.js';
import { filterForm } from '../form.js';
import { type Html, html, nameText } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import { type Scope, scopeOf } from '../scope.js';
import { sparkLine } from '../spark.js';
import { changeCell, commitText, countText, runLink } from './parts.js';
import { timeText } from './runs.js';

const mostRows = 200;

export function benchmarkPage(view: PageView, id: string): PageParts {
  const { board, filters, links } = view;
  const scope = scopeOf(board, { ...filters, contains: '' });
  const series = scope.series.find((each) => each.id === id);
  const method = methodOf(id);
  const query = queryOf({ ...filters, contains: '' }, board);
  const body = html`<h1>${nameText(id)}</h1>
${method !== id && html`<p>A case of <a href="${links.to({ page: 'method', slug: board.slugOf(method) }, query)}">${nameText(method)}</a></p>`}
${metricLinks(view)}
${filterForm(view, ['metric', 'machine', 'branch', 'last'])}
${series === undefined ? html`<p class="note">It has no ${filters.metric.name} in these runs.</p>` : html`${sparkLine(series, scope.runs.length)}<h2>${countText(series.points.length, 'run')}</h2>${pointTable(view, scope, series.points)}`}`;
  return { title: id, body };
}

function pointTable(view: PageView, { runs }: Scope, points: Scope['series'][number]['points']): Html {
  const { metric } = view.filters;
  const shown = points
    .map((point, at) => ({ point, before: points[at - 1] }))
    .slice(-mostRows)
    .reverse();
  const rows = shown.map(({ point, before }) => {
    const run = runs[point.run];
    if (run === undefined) return html``;
    const change = before && changeOf(before.value, point.value);
    const moved = change && { change, verdict: verdictOf(change), withinNoise: false };
    const { datetime, branch } = run.head;
    return html`<tr><th scope="row" class="name">${runLink(view, run)}</th><td data-label="measured">${timeText(datetime)}</td><td data-label="branch">${branch === undefined ? '' : nameText(branch)}</td><td data-label="commit">${commitText(run)}</td><td class="n" data-label="${metric.name}">${singleText(point.value, metric.unit)}</td>${changeCell(moved)}</tr>
`;
  });
  const heads = ['run', 'measured', 'branch', 'commit'].map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="rows"><thead><tr>${heads}<th scope="col" class="n">${metric.name}</th><th scope="col" class="n">change</th></tr></thead><tbody>${rows}</tbody></table>${points.length > mostRows && html`<p class="muted">The newest ${mostRows} are shown.</p>`}`;
}
