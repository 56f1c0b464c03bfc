// What all pages share: head, way to the other pages, scripts, foot. Pure.
import type { Board } from './board.js';
import type { Filters } from './filters.js';
import { queryOf } from './filters.js';
import { type Content, type Html, html } from './html.js';
import { type AssetName, type Links, type Place, type Query, rootFrom } from './links.js';
import type { RoleWords } from './scope.js';

/** What a page is made of beside what it reads. */
export interface PageView {
  readonly board: Board;
  readonly filters: Filters;
  readonly words: RoleWords;
  readonly place: Place;
  readonly links: Links;
  /** A server's page: it has forms, and says when a run was saved. Else it is a file. */
  readonly isServed: boolean;
  /** Of the board: a page can say that a newer one is there. */
  readonly version: string;
}

export interface PageParts {
  readonly title: string;
  readonly body: Content;
  /** Scripts and style sheets beside those that every page has, in their order. */
  readonly assets?: readonly AssetName[];
  /** It has a heading and a main part of its own. */
  readonly isWhole?: boolean;
}

const tabs = [
  ['overview', 'Overview'],
  ['runs', 'Runs'],
  ['compare', 'Compare'],
  ['groups', 'Groups'],
  ['pairs', 'Pairs'],
] as const;

/** What a browser may do with any page: run and show what comes from where the page itself does. */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is that of nothing: plotly adds an empty style element.
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

export function renderPage(view: PageView, { title, body, assets = [], isWhole = false }: PageParts): string {
  const { links, place, isServed } = view;
  const styles: readonly AssetName[] = ['style.css', ...assets.filter((name) => name.endsWith('.css'))];
  const scripts: readonly AssetName[] = [
    ...assets.filter((name) => name.endsWith('.js')),
    ...(isServed ? (['live.js'] as const) : []),
  ];
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
${!isServed && html`<meta http-equiv="Content-Security-Policy" content="${policy}">\n`}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>benchmem: ${title}</title>
<link rel="icon" href="data:,">
${styles.map((name) => html`<link rel="stylesheet" href="${links.asset(name)}">\n`)}${scripts.map((name) => html`<script defer src="${links.asset(name)}"></script>\n`)}</head>
<body>
${
  !isWhole &&
  html`<a class="skip" href="#main">To the content</a>
`
}<header class="top"><strong>benchmem</strong><nav aria-label="Pages">${tabs.map(([page, label]) => tab(view, page, label, place))}</nav>${isServed && html`<output id="live" data-events="${rootFrom(place)}events" data-version="${view.version}"></output>`}</header>
${
  isWhole
    ? body
    : html`<main id="main">
${body}
</main>`
}
</body>
</html>
`;
  return `<!doctype html>\n${page.text}`;
}

function tab(
  { links, filters, board }: PageView,
  page: (typeof tabs)[number][0],
  label: string,
  at: Place,
): Html {
  const isCurrent = at.page === page;
  return html`<a href="${links.to({ page }, shared(filters, board))}"${isCurrent && html` aria-current="page"`}>${label}</a>`;
}

/** What of the filters goes from page to page. */
function shared(filters: Filters, board: Board): Query {
  const all = queryOf(filters, board);
  return new Map(
    [...all].filter(
      ([name]) => name === 'metric' || name === 'machine' || name === 'branch' || name === 'last',
    ),
  );
}

/** Choices of a metric, and in files of a machine, as links: they work in files too. */
export function metricLinks(view: PageView): Html {
  const { board, filters, links, place, isServed } = view;
  const machines =
    isServed || board.environments.length < 2
      ? ''
      : html`<ul class="metrics" aria-label="Machine">${board.environments.map((environment) => {
          const isCurrent = environment === filters.environment;
          const query = queryOf({ ...filters, environment }, board);
          return html`<li><a href="${links.to(place, query)}"${isCurrent && html` aria-current="true"`}>${environment.label}</a></li>`;
        })}</ul>`;
  return html`${machines}${metricList(view)}`;
}

function metricList({ board, filters, links, place }: PageView): Html {
  return html`<ul class="metrics" aria-label="Metric">${board.metrics.map((metric) => {
    const isCurrent = metric === filters.metric;
    const query = queryOf({ ...filters, metric }, board);
    return html`<li><a href="${links.to(place, query)}"${isCurrent && html` aria-current="true"`}>${metric.name}</a></li>`;
  })}</ul>`;
}
