// The statistics of a profile on a terminal: sums, a histogram with bars, the largest places, packages and threads. Pure.

import type { Column, Row } from '../../layout/columns.js';
import type { FigureName } from '../../profile/model.js';
import { shareText } from '../../profile/reports/share.js';
import type { Site } from '../../profile/reports/sites.js';
import type { Share, StatsReport } from '../../profile/reports/stats.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { number, placeCells, placeColumns, type ReportFrame, rowLines, titled } from './frame.js';

const barWidth = 24;

export function renderStats(report: StatsReport, frame: ReportFrame): string {
  const { allocations, allocatedBytes } = report;
  const sections = [
    section('', [{ align: 'left', rank: 0 }, number('', 0)], sumsOf(report), frame),
    section('Allocations by the mean size at their stack', sizeColumns, sizeRows(report), frame),
    section(
      'Most bytes allocated',
      siteColumns(frame),
      siteRows(report.largestBySize, 'bytes', allocatedBytes),
      frame,
    ),
    section(
      'Most allocations',
      siteColumns(frame),
      siteRows(report.largestByCount, 'allocations', allocations),
      frame,
    ),
    section('By package', shareColumns, shareRows(report.packages, report), frame),
    section('By thread', shareColumns, shareRows(report.threads, report), frame),
  ];
  const title = titled(
    frame,
    `${formatCount(report.stacks)} distinct ${report.stacks === 1 ? 'stack' : 'stacks'}`,
  );
  return `${[title, ...sections.flat()].join('\n')}\n`;
}

function section(
  title: string,
  columns: readonly Column[],
  rows: readonly Row[],
  frame: ReportFrame,
): string[] {
  if (rows.length === 0) return [];
  const body = rowLines(columns, rows, frame);
  return title === '' ? body : ['', frame.colors.bold(title), ...body];
}

function sumsOf(report: StatsReport): Row[] {
  const sums: readonly (readonly [string, number | undefined, 'B' | ''])[] = [
    ['allocations', report.allocations, ''],
    ['allocated', report.allocatedBytes, 'B'],
    ['native at the peak', report.atPeakBytes, 'B'],
    ['peak of native memory', report.nativePeakBytes, 'B'],
    ['still held afterwards', report.leakedBytes, 'B'],
    ['temporary', report.temporary, ''],
    ['JavaScript (sampled)', report.jsBytes, 'B'],
  ];
  return sums.flatMap(([name, value, unit]): Row[] => {
    if (value === undefined) return [];
    const share =
      name === 'temporary' && report.temporaryShare !== undefined ? shareText(report.temporaryShare, 1) : '';
    const text = unit === '' ? formatCount(value) : singleText(value, unit);
    return [[{ text: name, tone: 'dim' }, { text: share === '' ? text : `${text} (${share})` }]];
  });
}

const sizeColumns: readonly Column[] = [
  number('from', 0),
  number('allocations', 0),
  { align: 'left', rank: 1 },
];

// A bin narrower than a byte holds nothing.
function sizeRows({ sizes }: StatsReport): Row[] {
  const most = Math.max(1, ...sizes.map(({ count }) => count));
  return sizes
    .filter(({ minBytes, maxBytes }) => maxBytes >= minBytes)
    .map(
      ({ minBytes, count }): Row => [
        { text: singleText(minBytes, 'B') },
        { text: formatCount(count) },
        { text: '▇'.repeat(Math.ceil((barWidth * count) / most)), tone: 'dim' },
      ],
    );
}

function siteColumns(frame: ReportFrame): Column[] {
  return [number('', 0), number('share', 0), ...placeColumns('allocated by', 'from', frame)];
}

function siteRows(sites: readonly Site[], figure: FigureName, total = 0): Row[] {
  const places = placeCells(sites);
  return sites.map(({ figures }, index): Row => {
    const value = figures[figure] ?? 0;
    return [
      { text: figure === 'bytes' ? singleText(value, 'B') : formatCount(value) },
      { text: shareText(value, total), tone: 'dim' },
      ...(places[index] ?? []),
    ];
  });
}

const shareColumns: readonly Column[] = [
  number('allocated', 0),
  number('share', 0),
  number('allocations', 1),
  number('at the peak', 2),
  { align: 'left', rank: 0, minWidth: 12, keep: 'ends' },
];

function shareRows(shares: readonly Share[], { allocatedBytes = 0 }: StatsReport): Row[] {
  return shares.map(
    ({ name, figures: { bytes, allocations, sumBytes } }): Row => [
      { text: bytes === undefined ? '' : singleText(bytes, 'B') },
      { text: bytes === undefined ? '' : shareText(bytes, allocatedBytes), tone: 'dim' },
      { text: allocations === undefined ? '' : formatCount(allocations) },
      { text: sumBytes === undefined ? '' : singleText(sumBytes, 'B') },
      { text: name },
    ],
  );
}
