// A profile as one HTML file that opens from disk: data, style and script inlined, every other address refused.
// SAFETY: what comes from outside is JSON in a block that is not run, and text nodes that the script makes of it.
import { createHash } from 'node:crypto';
import type { Profile } from '../profile/model.js';
import type { ProfileMetric } from '../profile/reports/metrics.js';
import { escapeMarkup } from '../text/escapes.js';
import { callText, libraryText } from '../text/page-code.js';
import { diffData } from './diff-figure.js';
import { pageData } from './figure.js';
import { arrange, draw, metricOf, type PageLibrary, runPage, sheetOf } from './page.js';
import { fillTables, filterOf, recount, search, structureIn, turn } from './page-count.js';
import type { PageData } from './page-data.js';
import {
  baseOf,
  changeLines,
  changeWithSign,
  compare,
  type DiffLibrary,
  goneNodes,
  movedFunctions,
  movedTotal,
  toneOfChange,
} from './page-diff.js';
import { cutText, drawPlaces, hatch, nodeAt, placesOf, rowTop } from './page-draw.js';
import {
  followChoices,
  followKeys,
  followPointer,
  neighbour,
  reveal,
  say,
  select,
  zoomTo,
} from './page-events.js';
import { fillRemarks, followViews, showView, textElement } from './page-lists.js';
import { fillGone, fillMoved } from './page-moved.js';
import { detailOf, fillChoices, fillTable, nameOf, tableRow, totalText, withBreaks } from './page-parts.js';
import { amountText, exactText, percentText, roundEven } from './page-texts.js';
import {
  childrenOf,
  innermostFirst,
  matchesOf,
  outermostFirst,
  placed,
  rowsOf,
  structureOf,
  sumsOf,
} from './page-view.js';
import { style } from './style.js';

export interface PageOptions {
  /** What the profile is called; default: its own id. */
  readonly id?: string;
  /** What is shown first; default: the peak, where the profile has it. */
  readonly metric?: ProfileMetric;
}

const library: PageLibrary = {
  ...{ structureOf, sumsOf, matchesOf, rowsOf, placesOf, drawPlaces, rowTop, nodeAt },
  ...{
    withBreaks,
    fillChoices,
    fillTable,
    tableRow,
    totalText,
    nameOf,
    detailOf,
    amountText,
    exactText,
    percentText,
  },
  ...{
    followChoices,
    followPointer,
    followKeys,
    followViews,
    fillRemarks,
    say,
    metricOf,
    recount,
    turn,
    search,
    arrange,
    sheetOf,
    draw,
  },
};

/** What the functions of the page call by name. */
const besides = [
  ...[outermostFirst, innermostFirst, childrenOf, placed, cutText, hatch],
  ...[select, zoomTo, neighbour, reveal, roundEven],
  ...[showView, textElement, fillTables, filterOf, structureIn],
];

const diffLibrary: DiffLibrary = {
  ...{ baseOf, compare, toneOfChange, changeLines, changeWithSign, movedTotal },
  ...{ movedFunctions, goneNodes, fillMoved, fillGone },
};

const aboutChanges = {
  choice: '<label><input type="checkbox" id="base" autocomplete="off"> Width of the base</label>\n',
  legend: `<p id="legend">less&nbsp;${['less3', 'less2', 'less1', 'same', 'more1', 'more2', 'more3'].map((name) => `<span class="${name}"></span>`).join('')}&nbsp;more than in the base; the darkest are the largest changes</p>\n`,
  heading: 'Functions, the largest change first',
  columns: ['itself', 'in all', 'head'],
  gone: `<div id="gone-part">
<h2 id="gone-heading">Gone in the head</h2>
<table aria-labelledby="gone-heading">
<thead><tr>${['function', 'place', 'called by', 'base'].map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody id="gone"></tbody>
</table>
<p id="gone-more"></p>
</div>
`,
};
const ofOne: typeof aboutChanges = {
  choice: '',
  legend: '',
  heading: 'Functions',
  columns: ['total', 'share', 'itself'],
  gone: '',
};

const bodyOf = ({ choice, legend, heading, columns, gone }: typeof aboutChanges) => `
<header>
<h1 id="id"></h1>
<p id="total" aria-live="polite"></p>
<div id="remarks" aria-live="polite"></div>
<ul id="notes"></ul>
</header>
<noscript>This page needs JavaScript.</noscript>
<main>
<div id="views" role="radiogroup" aria-label="View"></div>
<div id="choices">
<label>Metric <select id="metric"></select></label>
<label>Thread <select id="thread"></select></label>
<label>Package <select id="package"></select></label>
<label><input type="checkbox" id="others" checked autocomplete="off"> Hide frames of Node and benchmem</label>
<label><input type="checkbox" id="inverted" autocomplete="off"> Callers (inverted)</label>
<label><input type="checkbox" id="flame" autocomplete="off"> Flame (grows upwards)</label>
${choice}<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
<output id="found"></output>
<button type="button" id="whole">Show all</button>
</div>
${legend}<div id="sight"><div id="roll"><canvas id="picture" tabindex="0" role="application"
aria-label="Flame graph. Arrow keys select a block, Enter zooms to it, Escape zooms out, Home shows all. The table below holds the same figures."></canvas></div></div>
<p class="hint">Click or Enter zooms, Escape zooms out, arrow keys select, / searches.</p>
<div id="detail" aria-live="polite"></div>
<section id="list-part" hidden>
<h2 id="list-heading"></h2>
<div id="list-about"></div>
<table aria-labelledby="list-heading">
<thead><tr id="list-columns"></tr></thead>
<tbody id="list-rows"></tbody>
</table>
<p id="list-more"></p>
</section>
<section id="functions-part">
<h2 id="heading">${heading}</h2>
<table aria-labelledby="heading">
<thead><tr>${['function', 'place', ...columns].map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody id="rows"></tbody>
</table>
<p id="more"></p>
${gone}</section>
</main>
<div id="tip" role="tooltip" hidden></div>
`;

const scriptOf = (functions: readonly unknown[], library: string) => `
{
${functions.map(String).join('\n')}
${callText(
  runPage,
  `
JSON.parse(document.getElementById('profile').textContent),
${library},
{
document,
devicePixelRatio: () => devicePixelRatio,
innerHeight: () => innerHeight,
colorOf: (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name),
matchMedia: (query) => matchMedia(query),
addEventListener: (...given) => addEventListener(...given),
}`,
)}}
`;
const own = [...besides, ...Object.values(library)];
const script = scriptOf(own, libraryText(library));

/** What pages elsewhere show a profile with: markup, and a script that reads the data block `profile`. Both are constants. */
export const flamegraphParts = { body: bodyOf(ofOne), script };
const diffScript = scriptOf(
  [...Object.values(diffLibrary), ...own],
  `{ ...${libraryText(library)}, diff: ${libraryText(diffLibrary)} }`,
);

/** The page. It needs no network and asks for none. Throws NOT_MEASURED if the profile does not hold the metric. */
export function flamegraphPage(profile: Profile, { id = profile.meta.id, metric }: PageOptions = {}): string {
  return pageOf(pageData(profile, { id, metric }), bodyOf(ofOne), script);
}

/**
 * The page of what changed between two profiles: widths are the head's, colours the change. It needs no network and
 * asks for none. Throws NOT_MEASURED if one of the two does not hold the metric.
 */
export function flamegraphDiffPage(
  base: Profile,
  head: Profile,
  { id = head.meta.id, metric }: PageOptions = {},
): string {
  return pageOf(diffData(base, head, { id, metric }), bodyOf(aboutChanges), diffScript);
}

function pageOf(data: PageData, body: string, script: string): string {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  // SAFETY: without `<` no text can end the block or open a comment in it.
  const block = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>benchmem: ${escapeMarkup(data.id)}</title>
<style>${style}</style>
</head>
<body>${body}<script type="application/json" id="profile">${block}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
