// Pieces that several pages show: a run's name, a change, a count. Pure.
import { percentText } from '../../history/changes.js';
import { absentText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { BoardRun } from '../board.js';
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
  return html`<td class="n ${color}" data-label="change">${text}${withinNoise && html` <span class="muted">noise</span>`}</td>`;
}
