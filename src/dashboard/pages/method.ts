// One method over its params: the cases of the newest run, each with its history. Pure.
import { isWhole } from '../../runfile/heads.js';
import type { Run } from '../../runfile/run.js';
import type { RunBenchmark } from '../../runfile/schema.js';
import { defined } from '../../shapes.js';
import { absentText, singleText } from '../../text/numbers.js';
import type { ReadRun } from '../analysis.js';
import { methodOf, type Scope } from '../board.js';
import { type FigurePart, viewPart } from '../figures/parts.js';
import { filterForm } from '../form.js';
import { type Html, html, nameText } from '../html.js';
import { metricLinks, type PageParts, type PageView } from '../layout.js';
import { movesOf } from '../moves.js';
import { comparedRuns } from '../scope.js';
import { sparkLine } from '../spark.js';
import { benchmarkLink, changeCell, countText } from './parts.js';

export async function methodPage(view: PageView, method: string, read: ReadRun): Promise<PageParts> {
  const { board, filters } = view;
  const scope = await board.scopeOf(filters);
  const series = scope.series.filter(({ id }) => methodOf(id) === method);
  const newest = scope.measured.findLast(({ head }) => isWhole(head, head.kind));
  const figure =
    newest === undefined ? undefined : scalingPart(await read(newest), method, filters.metric.name);
  const body = html`<h1>${nameText(method)}</h1>
<p>${countText(series.length, 'case')}</p>
${metricLinks(view)}
${filterForm(view, ['metric', 'machine', 'branch', 'last'])}
${series.length === 0 ? html`<p class="note">It has no ${filters.metric.name} in these runs.</p>` : html`${figure?.part}${caseTable(view, { ...scope, series })}`}`;
  return { title: method, body, assets: figure?.assets ?? [] };
}

function scalingPart(run: Run, method: string, metric: string): FigurePart {
  const benchmarks = run.file.benchmarks.filter(({ fullname }) => methodOf(fullname) === method);
  const x = widestParam(benchmarks);
  return viewPart('scaling', [{ ...run, file: { ...run.file, benchmarks } }], defined({ metric, x }));
}

/** The numeric param with most values, where there are several; the figure finds an only one by itself. */
function widestParam(benchmarks: readonly RunBenchmark[]): string | undefined {
  const values = new Map<string, Set<number>>();
  for (const { params } of benchmarks) {
    for (const [name, value] of Object.entries(params ?? {})) {
      if (typeof value === 'number') values.set(name, (values.get(name) ?? new Set()).add(value));
    }
  }
  if (values.size < 2) return undefined;
  return [...values].reduce((widest, each) => (each[1].size > widest[1].size ? each : widest))[0];
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
