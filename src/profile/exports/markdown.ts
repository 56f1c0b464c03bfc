// A profile as markdown for a pull request: its sums, and the places with most of one metric. Pure.

import { literal, literalCell } from '../../text/escapes.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { Profile } from '../model.js';
import { frameText } from '../reports/frames.js';
import { type MetricFigures, metricFigures, type ProfileMetric } from '../reports/metrics.js';
import { samplingRemarks } from '../reports/sampling.js';
import { shareText } from '../reports/share.js';
import { fromText } from '../reports/sites.js';
import { type TableRow, table } from '../reports/table.js';

const mostRows = 20;

/** Throws NOT_MEASURED. */
export function profileMarkdown(
  profile: Profile,
  { metric = 'peak' }: { readonly metric?: ProfileMetric } = {},
): string {
  const report = table(profile, { metric });
  const figures = metricFigures[metric];
  const rows = report.rows.slice(0, mostRows);
  const left = report.rows.length - rows.length;
  const title = profile.meta.id === '' ? 'Allocation profile' : literal(profile.meta.id);
  return [
    `**${title}**: ${singleText(report.total, figures.unit)} ${figures.text}`,
    '',
    ...(metric === 'js' ? samplingRemarks(profile.meta, report.total).flatMap((text) => [text, '']) : []),
    '| | share | blocks | allocated by | from |',
    '|---:|---:|---:|---|---|',
    ...rows.map((row) => rowText(row, report.total, figures)),
    ...report.aside.map(
      ({ name, bytes }) =>
        `| ${singleText(bytes, 'B')} | ${shareText(bytes, report.total)} | | ${literalCell(name)} | |`,
    ),
    ...(left > 0 ? ['', `${formatCount(left)} more ${left === 1 ? 'place' : 'places'}`] : []),
    '',
  ].join('\n');
}

function rowText(
  { value, count, leaf, site, callers }: TableRow,
  total: number,
  { unit }: MetricFigures,
): string {
  const cells = [
    singleText(value, unit),
    shareText(value, total),
    count === undefined ? '' : formatCount(count),
    leaf === undefined ? '' : literalCell(frameText(leaf)),
    fromText({ leaf, site, callers }, (frame) => literalCell(frameText(frame))),
  ];
  return `| ${cells.join(' | ')} |`;
}
