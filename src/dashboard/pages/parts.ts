// Pieces that several pages show: a run's name, a change, a count. Pure.
import { changeOf, percentText, verdictOf } from '../../history/changes.js';
import { absentText, singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { BoardRun, BoardSeries, Scope } from '../board.js';
import { queryOf } from '../filters.js';
import { type Html, html, nameText } from '../html.js';
import type { PageView } from '../layout.js';
import type { Move } from '../moves.js';

/** `1 run`, `1,234 runs`. */
export function countText(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function runLink({ links }: PageView, { slug, head }: BoardRun): Html {
  return html`<a href="${links.to({ page: 'run', slug })}">${nameText(head.stem)}</a>`;
}

/** The commit of a run as people write it. */
export function commitText({ head: { commit, dirty } }: BoardRun): Html {
  if (commit === undefined) return html``;
  return html`<code>${commit.slice(0, 8)}</code>${dirty && ' (changed)'}`;
}

/** How far a benchmark moved; the sign says it without the colour. */
export function changeCell(move: Pick<Move, 'change' | 'verdict' | 'withinNoise'> | undefined): Html {
  if (move === undefined) return html`<td class="n" data-label="change">${absentText}</td>`;
  const { change, verdict, withinNoise } = move;
  const color =
    withinNoise || verdict === 'unchanged' ? 'muted' : verdict === 'regressed' ? 'worse' : 'better';
  const text = percentText(change) ?? (change.delta === 0 ? '0.0%' : 'from nothing');
  return html`<td class="n ${color}" data-label="change"><span>${text}${withinNoise && ' noise'}</span></td>`;
}

/** Every step of a series, the newest first. */
export function stepTable(view: PageView, scope: Scope, series: readonly BoardSeries[], most: number): Html {
  const found = series
    .flatMap((each) => each.steps.map((step) => ({ each, step })))
    .sort((a, b) => b.step.run - a.step.run)
    .slice(0, most);
  if (found.length === 0) return html`<p class="muted">No step was found.</p>`;
  const isOne = series.length === 1;
  const rows = found.map(({ each, step }) => stepRow(view, scope, each, step, isOne));
  const heads = [...(isOne ? [] : ['benchmark']), 'since', 'commit'];
  return html`<table class="rows"><thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="n">before</th><th scope="col" class="n">after</th><th scope="col" class="n">change</th><th scope="col">how sure</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function stepRow(
  view: PageView,
  { runs }: Scope,
  series: BoardSeries,
  step: BoardSeries['steps'][number],
  isOne: boolean,
): Html {
  const run = runs[step.run];
  if (run === undefined) return html``;
  const { unit } = series.metric;
  const change = changeOf(step.before, step.after);
  const moved = { change, verdict: verdictOf(change), withinNoise: false };
  const since = html`${runLink(view, run)} <span class="muted">${countText(step.runs, 'run')} ago</span>`;
  const first = isOne
    ? html`<th scope="row" class="name">${since}</th>`
    : html`<th scope="row" class="name">${benchmarkLink(view, series)}</th><td data-label="since">${since}</td>`;
  const sure = step.isExact ? 'exact' : step.isCertain ? 'certain' : 'suspected';
  const versions = step.versions === undefined ? '' : `; ${step.versions.join(' to ')}`;
  return html`<tr>${first}<td data-label="commit">${commitText(run)}</td><td class="n" data-label="before">${singleText(step.before, unit)}</td><td class="n" data-label="after">${singleText(step.after, unit)}</td>${changeCell(moved)}<td data-label="how sure">${sure}${versions}</td></tr>
`;
}

export function benchmarkLink(
  { links, filters, board }: PageView,
  { id, slug }: Pick<BoardSeries, 'id' | 'slug'>,
): Html {
  return html`<a href="${links.to({ page: 'benchmark', slug }, queryOf({ ...filters, contains: '', base: '', head: '' }, board))}">${nameText(id)}</a>`;
}

/** What else there is to know of the runs of a history. */
export function shiftNotes(view: PageView, { shifts, runs }: Scope): Html {
  return html`${shifts.map(({ run, steps, series }) => {
    const at = runs[run];
    return (
      at &&
      html`<p class="note">${steps} of ${series} benchmarks step at ${runLink(view, at)}: did the machine change, or Node?</p>`
    );
  })}`;
}
