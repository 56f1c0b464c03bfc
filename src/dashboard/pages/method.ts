// One method over its params: the cases of the newest run, each with its history. Pure.
import { absentText, singleText } from '../../text/numbers.js';
import { methodOf } from '../board.js';
import { queryOf } from '../filters.js';
import { filterForm } from '../form.js';
import { type Html, html, nameText } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import { movesOf } from '../moves.js';
import { comparedRuns, type Scope, scopeOf } from '../scope.js';
import { sparkLine } from '../spark.js';
import { changeCell, countText } from './parts.js';

export function methodPage(view: PageView, method: string): PageParts {
  const { board, filters } = view;
  const scope = scopeOf(board, { ...filters, contains: '' });
  const series = scope.series.filter(({ id }) => methodOf(id) === method);
  const body = html`<h1>${nameText(method)}</h1>
<p>${countText(series.length, 'case')}</p>
${metricLinks(view)}
${filterForm(view, ['metric', 'machine', 'branch', 'last'])}
${series.length === 0 ? html`<p class="note">It has no ${filters.metric.name} in these runs.</p>` : caseTable(view, { ...scope, series })}`;
  return { title: method, body };
}

function caseTable(view: PageView, { runs, series }: Scope): Html {
  const { board, filters, words, links } = view;
  const { metric } = filters;
  const compared = comparedRuns(board, runs, filters, words);
  const moves =
    compared === undefined
      ? undefined
      : movesOf(series, runs.indexOf(compared.base), runs.indexOf(compared.head), metric);
  const query = queryOf({ ...filters, contains: '' }, board);
  const rows = series.map((each) => {
    const last = each.points.at(-1)?.value;
    return html`<tr><th scope="row" class="name"><a href="${links.to({ page: 'benchmark', slug: each.slug }, query)}">${nameText(each.id)}</a></th><td class="n" data-label="${metric.name}">${last === undefined ? absentText : singleText(last, metric.unit)}</td>${changeCell(moves?.get(each))}<td data-label="history">${sparkLine(each, runs.length)}</td></tr>
`;
  });
  return html`<table class="rows"><thead><tr><th scope="col">case</th><th scope="col" class="n">${metric.name}</th><th scope="col" class="n">change</th><th scope="col">history</th></tr></thead><tbody>${rows}</tbody></table>`;
}
