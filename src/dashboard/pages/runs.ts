// All saved runs, two of which can be chosen to be compared, and the files that are none. Pure.

import type { BoardRun } from '../board.js';
import { type Html, html, nameText } from '../html.js';
import type { PageParts, PageView } from '../layout.js';
import { commitText, countText, runLink } from './parts.js';

/** WHY: there is a limit, because a table that no one reads to its end must not fill a browser. */
const mostShown = 1000;

export function runsPage(view: PageView): PageParts {
  const { board, links, isServed, filters } = view;
  const newest = board.runs.slice(-mostShown).reverse();
  const columns = ['run', 'measured', 'branch', 'commit', 'benchmarks', 'machine', 'kind'];
  const head = html`<thead><tr>${columns.map((name) => html`<th scope="col"${name === 'benchmarks' && html` class="n"`}>${name}</th>`)}${isServed && html`<th scope="col">compare with</th><th scope="col">run</th>`}</tr></thead>`;
  const table = html`<table class="rows">${head}<tbody>${newest.map((run, at) => row(view, run, at))}</tbody></table>`;
  const metric = html`<input type="hidden" name="metric" value="${filters.metric.name}">`;
  const body = html`<h1>${countText(board.runs.length, 'run')}</h1>
${board.runs.length > mostShown && html`<p class="muted">The newest ${mostShown} are shown.</p>`}
${newest.length === 0 ? html`<p>Save one with <code>benchmem run --save NAME</code>.</p>` : isServed ? html`<form method="get" action="${links.to({ page: 'compare' })}">${metric}<button>Compare the two chosen runs</button>${table}</form>` : table}
${unread(view)}`;
  return { title: countText(board.runs.length, 'run'), body };
}

function row(view: PageView, run: BoardRun, at: number): Html {
  const { head } = run;
  const kind = !head.complete ? 'ended early' : head.isShard ? 'a shard' : head.kind;
  return html`<tr><th scope="row" class="name">${runLink(view, run)}</th><td data-label="measured">${timeText(head.datetime)}</td><td data-label="branch">${head.branch === undefined ? '' : nameText(head.branch)}</td><td data-label="commit">${commitText(run)}</td><td class="n" data-label="benchmarks">${head.benchmarks}</td><td data-label="machine">${nameText(head.folder)}</td><td data-label="kind">${kind}</td>${view.isServed && choices(run, at)}</tr>
`;
}

function choices({ slug, head }: BoardRun, at: number): Html {
  const radio = (name: string, label: string, isChosen: boolean) =>
    html`<td data-label="${label}"><input type="radio" name="${name}" value="${slug}" aria-label="${label} ${head.stem}"${isChosen && html` checked`}></td>`;
  return html`${radio('base', 'compare with', at === 1)}${radio('head', 'run', at === 0)}`;
}

/** `2026-01-02 03:04`: what the file says, without what nobody reads. */
export function timeText(datetime: string | undefined): string {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)/.exec(datetime ?? '');
  return parts === null ? '' : `${parts[1]} ${parts[2]}`;
}

function unread({ board }: PageView): Html {
  if (board.unread.length === 0) return html``;
  const rows = board.unread
    .slice(0, mostShown)
    .map(
      ({ path, message }) =>
        html`<tr><th scope="row" class="name">${nameText(path)}</th><td class="name" data-label="why">${nameText(message)}</td></tr>`,
    );
  return html`<h2>Could not be read</h2><table class="rows"><thead><tr><th scope="col">file</th><th scope="col">why</th></tr></thead><tbody>${rows}</tbody></table>`;
}
