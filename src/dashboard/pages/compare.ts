// Two runs side by side: all methods, by groups, and pairs of implementations within one run. Pure.
import type { Analysis } from '../../history/analysis.js';
import { hottestOf } from '../../history/profiler.js';
import type { Row } from '../../history/rows.js';
import type { Run } from '../../runfile/run.js';
import { durationText } from '../../text/numbers.js';
import type { ReadRun } from '../analysis.js';
import { analysisOf } from '../analysis.js';
import { methodOf } from '../board.js';
import { viewPart } from '../figures/parts.js';
import { queryOf } from '../filters.js';
import { filterForm } from '../form.js';
import { type Html, html, nameText } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import type { ProfileShelf } from '../profiles.js';
import { type Compared, comparedRuns } from '../scope.js';
import { commitText, runLink } from './parts.js';
import { overallText, rowTable } from './row-table.js';
import { timeText } from './runs.js';

interface Comparison extends Compared {
  readonly analysis: Analysis;
  readonly documents: readonly Run[];
}

export async function comparePage(view: PageView, read: ReadRun, profiles: ProfileShelf): Promise<PageParts> {
  const found = await comparisonOf(view, read);
  const fields = ['base', 'head', 'machine', 'branch'] as const;
  const figure = found && viewPart('scatter', found.documents, { metric: view.filters.metric.name });
  const body = html`<h1>Compare</h1>
${metricLinks(view)}
${filterForm(view, fields)}
${found === undefined ? nothingToCompare() : html`${sidesText(view, found)}${overallText(found.analysis.overall[0])}${figure?.part}${rowTable(found.analysis.rows, view.filters.metric, sidesOf(found), (row) => html`${methodLink(view, row)}${hotText(row, found, profiles)}`)}${warningsOf(found)}`}`;
  return { title: 'compare', body, assets: figure?.assets ?? [] };
}

export async function groupsPage(view: PageView, read: ReadRun): Promise<PageParts> {
  const found = await comparisonOf(view, read);
  const groups = found?.analysis.groups.map(({ label, rows, overall }) => {
    const table = rowTable(rows, view.filters.metric, sidesOf(found), (row) => methodLink(view, row));
    return html`<section><h2>${nameText(label)}</h2>${overallText(overall[0])}${table}</section>`;
  });
  const body = html`<h1>Groups</h1>
${metricLinks(view)}
${filterForm(view, ['group', 'base', 'head', 'machine', 'branch'])}
${found === undefined || groups === undefined ? nothingToCompare() : html`${sidesText(view, found)}${groups}`}`;
  return { title: 'groups', body };
}

export async function pairsPage(view: PageView, read: ReadRun): Promise<PageParts> {
  const found = await comparisonOf(view, read);
  const pairs = found?.analysis.pairs;
  const { metric } = view.filters;
  const body = html`<h1>Pairs of implementations</h1>
${metricLinks(view)}
${filterForm(view, ['original', 'reference', 'head', 'machine', 'branch'])}
${
  found === undefined
    ? nothingToCompare()
    : pairs === undefined || pairs.skipped !== undefined
      ? html`<p class="note">Say which names end in what: with the postfixes orig and new, parse_orig is compared with parse_new. The settings originalPostfix and referencePostfix of the configuration, or the fields above, name them.</p>`
      : html`<p>Within ${runLink(view, found.head)}: ${pairs.original.join(', ')} to ${pairs.reference.join(', ')}.</p>${overallText(pairs.overall[0])}${rowTable(pairs.rows, metric, { base: pairs.original.join(', '), head: pairs.reference.join(', ') }, pairName)}`
}`;
  return { title: 'pairs', body };
}

async function comparisonOf(view: PageView, read: ReadRun): Promise<Comparison | undefined> {
  const { board, filters, words } = view;
  const compared = comparedRuns(board, board.measured(filters), filters, words);
  if (compared === undefined) return undefined;
  const documents = [await read(compared.base), await read(compared.head)] as const;
  return { ...compared, documents, analysis: analysisOf(documents, filters, words.cases) };
}

function nothingToCompare(): Html {
  return html`<p class="note">There is one run at most, and nothing to compare it with: save another one.</p>`;
}

function sidesOf({ base, head }: Compared) {
  return { base: base.head.stem, head: head.head.stem };
}

function sidesText(view: PageView, { base, head, notes }: Compared): Html {
  const side = (run: typeof base) => {
    const { branch, datetime } = run.head;
    return html`${runLink(view, run)} <span class="muted">${branch === undefined ? '' : nameText(branch)} ${commitText(run)} ${timeText(datetime)}</span>`;
  };
  return html`<p>${side(head)} against ${side(base)}</p>${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

function methodLink({ links, filters, board }: PageView, { candidate, reference }: Row): Html {
  const [first] = [...candidate, ...reference];
  if (first === undefined) return html``;
  const method = methodOf(first.id);
  const query = queryOf({ ...filters, contains: '', base: '', head: '' }, board);
  return html`<a href="${links.to({ page: 'method', slug: board.slugOf(method) }, query)}">${nameText(method)}</a>`;
}

/** Where the time of a row goes, as a profile of another tool says it. */
function hotText({ candidate }: Row, { head }: Compared, profiles: ProfileShelf): Html {
  const hot = hottestOf(candidate, profiles.hotIn(head.head));
  if (hot === undefined) return html``;
  const place = hot.file === '' ? '' : ` ${hot.file}:${hot.line}`;
  return html`<br><span class="muted">hot: ${hot.function}${place} ${durationText(hot.totalTime)}</span>`;
}

function pairName({ reference: [first] }: Row): Html {
  return nameText(first === undefined ? '' : first.parts.prefix + first.parts.base);
}

function warningsOf({ analysis }: Comparison): Html {
  return html`${analysis.warnings.map(({ subject, message, hint }) => html`<p class="note">${nameText(subject)}: ${message}. ${hint}.</p>`)}`;
}
