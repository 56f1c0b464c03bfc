// What moved between two profiles as markdown for a pull request. Pure.
import { literal, literalCell } from '../../text/escapes.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { ProfileFrame } from '../model.js';
import { frameText } from '../reports/frames.js';
import { metricFigures, type ProfileMetric } from '../reports/metrics.js';
import { fromText } from '../reports/sites.js';
import type { ProfileJoin, Sides } from './join.js';
import { movers } from './movers.js';
import { differenceText, movedText, remarksOf, withBefore } from './texts.js';

const mostRows = 20;

/** Throws NOT_MEASURED. */
export function diffMarkdown(
  join: ProfileJoin,
  { id, metric = 'peak' }: { readonly id: string; readonly metric?: ProfileMetric },
): string {
  const { total, rows, aside, removed } = movers(join, { metric });
  const { unit } = metricFigures[metric];
  const amounts = ({ base, head }: Sides) => [
    differenceText(head - base, unit),
    singleText(base, unit),
    singleText(head, unit),
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    ...rows.slice(0, mostRows).map((row) => {
      const named = (frame: ProfileFrame | undefined, isSite: boolean) =>
        frame === undefined
          ? ''
          : literalCell(isSite ? withBefore(frameText(frame), row.siteBefore) : frameText(frame));
      const leaf = named(row.leaf, row.callers !== undefined);
      const site = fromText(row, (frame) => named(frame, frame === row.site));
      return { change: row.change, text: line([...amounts(row), leaf, site]) };
    }),
    ...aside.map((each) => ({
      change: each.head - each.base,
      text: line([...amounts(each), literalCell(each.name), '']),
    })),
  ];
  const gone = removed.map((each) => {
    const callers = each.callers.map(frameText).join(' ← ');
    return line([singleText(each.base, unit), literalCell(frameText(each.frame)), literalCell(callers)]);
  });
  return [
    `**${id === '' ? 'Allocation profile' : literal(id)}**: ${movedText(total, metric)}`,
    '',
    ...remarksOf(join, metric).flatMap((remark) => [remark, '']),
    '| change | base | head | allocated by | from |',
    '|---:|---:|---:|---|---|',
    ...lines.sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).map(({ text }) => text),
    ...more(rows.length, 'place'),
    ...(removed.length === 0
      ? []
      : ['', 'Gone in the head:', '', '| base | function | called by |', '|---:|---|---|']),
    ...gone.slice(0, mostRows),
    ...more(removed.length, 'function'),
    '',
  ].join('\n');
}

function more(count: number, noun: string): string[] {
  const left = count - mostRows;
  return left <= 0 ? [] : ['', `${formatCount(left)} more ${left === 1 ? noun : `${noun}s`}`];
}
