// One saved run: what it was measured in, its figures, what failed. Pure.
import type { Run } from '../../runfile/run.js';
import { headlineOf } from '../../runfile/table.js';
import { absentText, singleText } from '../../text/numbers.js';
import type { ReadRun } from '../analysis.js';
import type { BoardRun } from '../board.js';
import { queryOf } from '../filters.js';
import { type Html, html, nameText } from '../html.js';
import type { PageParts, PageView } from '../layout.js';
import { commitText, countText } from './parts.js';
import { timeText } from './runs.js';

/** WHY: a row has a cell per metric, and a browser has to lay out all of them. */
const mostRows = 2000;

export async function runPage(view: PageView, run: BoardRun, read: ReadRun): Promise<PageParts> {
  const document = await read(run);
  const { head, environment } = run;
  const query = queryOf({ ...view.filters, environment, head: run.slug, base: '' }, view.board);
  const body = html`<h1>${nameText(head.stem)}</h1>
<p>${timeText(head.datetime)} ${head.branch === undefined ? '' : nameText(head.branch)} ${commitText(run)}${!head.complete && ', ended early'}${head.isShard && ', a shard'}</p>
<p class="muted">${nameText(environment.label)}</p>
${view.isServed && html`<p><a href="${view.links.to({ page: 'compare' }, query)}">Compare it with the run before</a></p>`}
${failures(document)}
<h2>${countText(document.file.benchmarks.length, 'benchmark')}</h2>
${figureTable({ ...view, filters: { ...view.filters, environment } }, document)}`;
  return { title: head.stem, body };
}

function failures({ file: { benchmem } }: Run): Html {
  const failed = benchmem?.failures ?? [];
  if (failed.length === 0) return html``;
  const rows = failed
    .slice(0, mostRows)
    .map(
      ({ fullname, step, tail }) =>
        html`<tr><th scope="row" class="name">${nameText(fullname)}</th><td data-label="while">${step}</td><td class="name" data-label="said">${nameText(tail ?? '')}</td></tr>`,
    );
  return html`<h2>${countText(failed.length, 'failure')}</h2><table class="rows"><thead><tr><th scope="col">benchmark</th><th scope="col">while</th><th scope="col">said</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function figureTable({ board, links, filters }: PageView, { file: { benchmarks } }: Run): Html {
  const shown = benchmarks.slice(0, mostRows);
  const metrics = board.metrics.filter((metric) =>
    shown.some((each) => headlineOf(each, metric) !== undefined),
  );
  const query = queryOf({ ...filters, contains: '', base: '', head: '' }, board);
  const rows = shown.map((benchmark) => {
    const cells = metrics.map((metric) => {
      const value = headlineOf(benchmark, metric);
      return html`<td class="n" data-label="${metric.name}">${value === undefined ? absentText : singleText(value, metric.unit)}</td>`;
    });
    const slug = board.slugOf(benchmark.fullname);
    return html`<tr><th scope="row" class="name"><a href="${links.to({ page: 'benchmark', slug }, query)}">${nameText(benchmark.fullname)}</a></th>${cells}</tr>
`;
  });
  const more = benchmarks.length - shown.length;
  return html`<table class="rows"><thead><tr><th scope="col">benchmark</th>${metrics.map(({ name }) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>${more > 0 && html`<p class="muted">${more} more are not shown.</p>`}`;
}
