// One method over its params: the cases of the newest run, each with its history. Pure.
import { absentText, singleText } from '../../text/numbers.js';
import { methodOf, type Scope } from '../board.js';
import { filterForm } from '../form.js';
import { type Html, html, nameText } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import { movesOf } from '../moves.js';
import { comparedRuns } from '../scope.js';
import { sparkLine } from '../spark.js';
import { benchmarkLink, changeCell, countText } from './parts.js';

export async function methodPage(view: PageView, method: string): Promise<PageParts> {
  const { board, filters } = view;
  const scope = await board.scopeOf(filters);
  const series = scope.series.filter(({ id }) => methodOf(id) === method);
  const body = html`<h1>${nameText(method)}</h1>
<p>${countText(series.length, 'case')}</p>
${metricLinks(view)}
${filterForm(view, ['metric', 'machine', 'branch', 'last'])}
${series.length === 0 ? html`<p class="note">It has no ${filters.metric.name} in these runs.</p>` : caseTable(view, { ...scope, series })}`;
  return { title: method, body };
}

function caseTable(view: PageView, scope: Scope): Html {
  const { board, filters, words } = view;
  const { runs, series } = scope;
  const { metric } = filters;
  const compared = comparedRuns(board, scope.measured, filters, words);
  const moves = movesOf(board, scope, compared);
  const rows = series.map((each) => {
    const last = each.points.at(-1)?.headline;
    return html`<tr><th scope="row" class="name">${benchmarkLink(view, each)}</th><td class="n" data-label="${metric.name}">${last === undefined ? absentText : singleText(last, metric.unit)}</td>${changeCell(moves.get(each))}<td data-label="history">${sparkLine(each, runs.length)}</td></tr>
`;
  });
  return html`<table class="rows"><thead><tr><th scope="col">case</th><th scope="col" class="n">${metric.name}</th><th scope="col" class="n">change</th><th scope="col">history</th></tr></thead><tbody>${rows}</tbody></table>`;
}
