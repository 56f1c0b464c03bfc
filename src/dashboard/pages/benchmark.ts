// One benchmark: its history in one metric, run by run. Pure.
import { changeOf, verdictOf } from '../../history/changes.js';
import { historyPicture } from '../../plot/history.js';
import { singleText } from '../../text/numbers.js';
import { type BoardSeries, methodOf, type Scope } from '../board.js';
import { axisChoice } from '../figures/axis.js';
import { figureOf } from '../figures/parts.js';
import { queryOf } from '../filters.js';
import { filterForm } from '../form.js';
import { type Html, html, nameText } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import { mayBeChance } from '../moves.js';
import type { ProfileShelf } from '../profiles.js';
import { sparkLine } from '../spark.js';
import { changeCell, commitText, countText, runLink, stepTable } from './parts.js';
import { timeText } from './runs.js';

const mostRows = 100;

export async function benchmarkPage(view: PageView, id: string, profiles: ProfileShelf): Promise<PageParts> {
  const { board, filters, links } = view;
  const scope = await board.scopeOf(filters);
  const all = scope.series.filter((each) => each.id === id);
  const series = newestOf(all);
  const method = methodOf(id);
  const query = queryOf({ ...filters, contains: '' }, board);
  const figure = series && figureOf(historyPicture({ runs: scope.facts, series: all }));
  const body = html`<h1>${nameText(id)}</h1>
${method !== id && html`<p>A case of <a href="${links.to({ page: 'method', slug: board.slugOf(method) }, query)}">${nameText(method)}</a></p>`}
${profileLink(view, scope, id, profiles)}
${metricLinks(view)}
${filterForm(view, ['metric', 'machine', 'branch', 'last'])}
${series === undefined ? html`<p class="note">It has no ${filters.metric.name} in these runs.</p>` : html`${axisChoice}${figure?.part}${driftText(series)}<h2>Steps</h2>${stepTable(view, scope, [series], mostRows)}${others(scope, all, series)}<h2>${countText(series.points.length, 'run')}</h2>${pointTable(view, scope, series)}`}`;
  return { title: id, body, assets: figure?.assets ?? [] };
}

function profileLink({ links }: PageView, { measured }: Scope, id: string, profiles: ProfileShelf): Html {
  const found = profiles.newestOf(id, measured);
  if (found === undefined) return html``;
  const { slug, run } = found;
  return html`<p><a href="${links.to({ page: 'profile', slug })}">Flame graph</a>${run && html` of ${nameText(run.head.stem)}`}</p>`;
}

// A benchmark may have been measured in several ways; the newest is the one that is looked at.
function newestOf(all: readonly BoardSeries[]): BoardSeries | undefined {
  const last = ({ points }: BoardSeries) => points.at(-1)?.run ?? -1;
  return [...all].sort((a, b) => last(b) - last(a))[0];
}

function driftText({ drift, metric: { unit } }: BoardSeries): Html {
  if (drift === undefined) return html``;
  return html`<p class="note">It drifts from ${singleText(drift.from, unit)} to ${singleText(drift.to, unit)}.</p>`;
}

function others({ runs }: Scope, all: readonly BoardSeries[], shown: BoardSeries): Html {
  const rest = all.filter((each) => each !== shown);
  if (rest.length === 0) return html``;
  return html`<h2>Measured otherwise</h2><ul class="few">${rest.map((each) => html`<li><span>${each.kind}; ${each.environment}</span>${sparkLine(each, runs.length)}</li>`)}</ul>`;
}

function pointTable(view: PageView, { runs }: Scope, series: BoardSeries): Html {
  const { metric, points } = series;
  const shown = points
    .map((point, at) => ({ point, before: points[at - 1] }))
    .slice(-mostRows)
    .reverse();
  const rows = shown.map(({ point, before }) => {
    const run = runs[point.run];
    if (run === undefined) return html``;
    const change = before && changeOf(before.headline, point.headline);
    const withinNoise = change !== undefined && change.delta !== 0 && mayBeChance(series, change);
    const moved = change && { change, verdict: verdictOf(change), withinNoise };
    const { datetime, branch } = run.head;
    return html`<tr><th scope="row" class="name">${runLink(view, run)}</th><td data-label="measured">${timeText(datetime)}</td><td data-label="branch">${branch === undefined ? '' : nameText(branch)}</td><td data-label="commit">${commitText(run)}</td><td class="n" data-label="${metric.name}">${singleText(point.headline, metric.unit)}</td>${changeCell(moved)}</tr>
`;
  });
  const heads = ['run', 'measured', 'branch', 'commit'].map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="rows"><thead><tr>${heads}<th scope="col" class="n">${metric.name}</th><th scope="col" class="n">change</th></tr></thead><tbody>${rows}</tbody></table>${points.length > mostRows && html`<p class="muted">The newest ${mostRows} are shown.</p>`}`;
}
