// The section after a run as text: what changed, the pairs, rows under their groups, warnings. Pure.
import { type Marks, markedText, marksOf } from '../../compare/marks.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import type { Pairs } from '../../history/pairs.js';
import {
  isNotable,
  type Section,
  type SectionFigure,
  type SectionOptions,
  type SectionRow,
  shownRows,
} from '../../history/section.js';
import type { Cell } from '../../layout/columns.js';
import type { RunHead } from '../../runfile/heads.js';
import { compareCodePoints, shortNames } from '../../runfile/ids.js';
import { headlineStat, type Metric } from '../../stats/metrics.js';
import { printable } from '../../text/escapes.js';
import { absentText, singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { colorsOf } from '../terminal.js';
import {
  type ChangeColumn,
  type ChangeRow,
  type ChangeTable,
  fittingLines,
  renderChangeMarkdown,
  renderChangeTable,
} from '../text/change-table.js';
import { agoText, headText } from '../text/head-text.js';
import { pairsTable, percentCell } from '../text/render-changes.js';
import type { Terminal } from '../world.js';

/** What the section says. */
export interface SectionView {
  readonly options: SectionOptions;
  readonly now: Date;
  readonly isSaved: boolean;
  readonly base?: RunHead;
  readonly section?: Section;
  readonly pairs: Pairs | undefined;
  /** Lines of steps, below the counts. */
  readonly steps?: readonly string[];
  readonly isNothingSaved?: boolean;
  readonly problems: readonly ComparisonWarning[];
}

export interface SinceText {
  /** `isWatched`: somebody looks at this terminal now, and no log keeps it. */
  text(terminal: Terminal, isWatched: boolean): string;
  readonly markdown: string;
}

const mostRows = 20;
const mostWarnings = 3;

/** Undefined if there is nothing to say to anybody. */
export function sectionTexts(view: SectionView): SinceText | undefined {
  const tables = tablesOf(view);
  const warnings = warningLines(view);
  if (tables.length === 0 && warnings.length === 0 && view.isNothingSaved !== true) return undefined;
  return {
    text: (terminal, isWatched) => {
      const colors = colorsOf(terminal);
      const nothing =
        view.isNothingSaved === true && isWatched
          ? fittingLines(nothingText(view), terminal).map((line) => `${colors.dim(line)}\n`)
          : [];
      const blocks = [
        ...tables.map((table) => renderChangeTable(table, terminal)),
        nothing.join(''),
        warnings.map((line) => warningText(line, terminal)).join(''),
      ].filter((block) => block !== '');
      return blocks.length === 0 ? '' : `\n${blocks.join('\n')}`;
    },
    markdown: tables.map(renderChangeMarkdown).join('\n'),
  };
}

function warningText(text: string, terminal: Terminal): string {
  const [first = '', ...rest] = fittingLines(`warning ${text}`, terminal, '  ');
  const label = colorsOf(terminal).yellow('warning');
  return [first.replace('warning', label), ...rest].map((line) => `${line}\n`).join('');
}

function nothingText({ isSaved }: SectionView): string {
  return isSaved
    ? 'nothing saved before this run: the next one is compared with it'
    : 'nothing saved to compare with: --save NAME or --autosave';
}

function tablesOf(view: SectionView): ChangeTable[] {
  const { section, base, pairs, options } = view;
  const pairTable = pairsTable(pairs, options.metrics, 'this run', options.postfixLabels);
  const own = pairTable === undefined ? [] : [pairTable];
  if (section === undefined || base === undefined || section.metrics.length === 0) return own;
  const grouped = pairs !== undefined && pairs.skipped === undefined ? [groupedTable(section)] : [];
  return [flatTable(section, base, view), ...own, ...grouped];
}

function flatTable(section: Section, base: RunHead, { now, isSaved, steps = [] }: SectionView): ChangeTable {
  const { rows } = section;
  const shown = shownRows(rows, mostRows);
  const ago = agoText(base, now);
  return {
    heading: `against ${headText(base, { more: ago ?? '' })}`,
    columns: columnsOf(section.metrics),
    groups: [{ rows: changeRows(shown, rows, section.metrics) }],
    footer: [
      ...(shown.length < rows.length ? [restText(rows, shown)] : []),
      `${countsText(section)}${isSaved ? '; benchmem analyze shows all' : ''}`,
      ...steps,
    ],
  };
}

function groupedTable({ rows, metrics }: Section): ChangeTable {
  const shown = shownRows(rows, mostRows);
  const labels = [...new Set(shown.map((row) => row.case.label))].sort(compareCodePoints);
  return {
    heading: 'by group',
    columns: columnsOf(metrics),
    groups: labels.map((label) => ({
      label,
      rows: changeRows(
        shown.filter((row) => row.case.label === label),
        rows,
        metrics,
      ),
    })),
    footer: shown.length < rows.length ? [restText(rows, shown)] : [],
  };
}

function columnsOf(metrics: readonly Metric[]): ChangeColumn[] {
  return metrics.flatMap((metric, index) => [
    { title: `${metric.name} ${headlineStat(metric)}`, rank: 2 + index },
    { title: `Δ ${metric.name}`, rank: index === 0 ? 0 : 1 },
  ]);
}

function changeRows(
  rows: readonly SectionRow[],
  all: readonly SectionRow[],
  metrics: readonly Metric[],
): ChangeRow[] {
  const names = shortNames(all.map((row) => row.case.id));
  return rows.map((row) => ({
    name: names.get(row.case.id) ?? row.case.id,
    cells: metrics.flatMap((metric) => cellsOf(row, metric)),
  }));
}

function cellsOf(row: SectionRow, metric: Metric): (Cell | undefined)[] {
  const figure = row.figures.find((each) => each.metric === metric);
  if (figure === undefined) return [{ text: absentText, tone: 'dim' }, undefined];
  const { change, verdict, withinNoise } = figure;
  const value: Cell = { text: markedText(singleText(figure.value, metric.unit), marks(row, figure)) };
  if (change === undefined) return [value, { text: 'new', tone: 'dim' }];
  return [value, percentCell(change, verdict, withinNoise)];
}

function marks(row: SectionRow, { metric, value }: SectionFigure): Marks | undefined {
  return marksOf({ benchmark: row.case.benchmark }, { source: metric, stat: headlineStat(metric) }, value);
}

/** `... 12 more changed, 37 unchanged or within noise`. */
function restText(rows: readonly SectionRow[], shown: readonly SectionRow[]): string {
  const hidden = rows.filter((row) => !shown.includes(row));
  const more = hidden.filter(isNotable).length;
  const quiet = hidden.length - more;
  const parts = [
    ...(more > 0 ? [`${formatCount(more)} more changed`] : []),
    ...(quiet > 0 ? [`${formatCount(quiet)} unchanged or within noise`] : []),
  ];
  return `... ${parts.join(', ')}`;
}

/** `38 benchmarks; time: 1 regressed, 0 improved, 37 within noise; peak: 38 identical`. */
function countsText({ rows, metrics }: Section): string {
  const fresh = rows.filter(({ isNew }) => isNew).length;
  return [
    `${formatCount(rows.length)} ${rows.length === 1 ? 'benchmark' : 'benchmarks'}`,
    ...metrics.map((metric) => `${metric.name}: ${metricCounts(rows, metric)}`),
    ...(fresh > 0 ? [`${formatCount(fresh)} new`] : []),
  ].join('; ');
}

function metricCounts(rows: readonly SectionRow[], metric: Metric): string {
  const figures = rows.flatMap((row) =>
    row.figures.filter((each) => each.metric === metric && each.change !== undefined),
  );
  const count = (is: (figure: SectionFigure) => boolean) => formatCount(figures.filter(is).length);
  const isNoise = ({ withinNoise }: SectionFigure) => withinNoise;
  if (figures.every(({ verdict }) => verdict === 'unchanged'))
    return `${formatCount(figures.length)} identical`;
  const regressed = count(({ verdict, withinNoise }) => verdict === 'regressed' && !withinNoise);
  const improved = count(({ verdict, withinNoise }) => verdict === 'improved' && !withinNoise);
  const identical = figures.filter(({ verdict }) => verdict === 'unchanged').length;
  return [
    `${regressed} regressed`,
    `${improved} improved`,
    ...(figures.some(isNoise) ? [`${count(isNoise)} within noise`] : []),
    ...(identical > 0 ? [`${formatCount(identical)} identical`] : []),
  ].join(', ');
}

function warningLines({ section, problems }: SectionView): string[] {
  const single =
    section?.isSingleShot === true ? ['time was taken from a single call: not a comparison'] : [];
  const all = [...single, ...problems.map(({ code, message }) => `${code}: ${printable(message)}`)];
  const hidden = all.length - mostWarnings;
  if (hidden <= 0) return all;
  return [...all.slice(0, mostWarnings), `${hidden} more; benchmem analyze names them`];
}
