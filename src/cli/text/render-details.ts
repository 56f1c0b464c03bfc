// One benchmark in full: every metric with its parts, who allocated, spread, environment, warnings. Pure.

import { type Marks, markedText } from '../../compare/marks.js';
import { type Cell, type Column, layOut, type Row } from '../../layout/columns.js';
import { truncate, wrap } from '../../layout/printable.js';
import type { MemoryFigures, SeriesField } from '../../runfile/schema.js';
import { holdsAllGarbage, retainedIn } from '../../runfile/table.js';
import { ownCell } from '../../text/cells.js';
import { printable } from '../../text/escapes.js';
import { formatCount, roundHalfEven } from '../../units.js';
import { type Colors, colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import {
  type Figures,
  fieldCell,
  formatShare,
  formatSpread,
  fragmentation,
  functionId,
  headline,
  objectShares,
  partAt,
  passesOf,
  type Spread,
  siteName,
  sitePlace,
  sitesHeading,
  spreadOf,
} from './figures.js';
import { renderEnvironment } from './render-environment.js';
import { renderRetainers } from './render-retainers.js';
import { renderWarnings } from './render-warnings.js';

interface Line {
  readonly label: string;
  readonly field: SeriesField;
  readonly meaning: string;
  /** A part is read at the pass of this headline, so that parts add up. */
  readonly partOf?: SeriesField;
  /** A part that is only worth a line when there is something of it. */
  readonly hideZero?: boolean;
}

const lines: readonly Line[] = [
  { label: 'peak', field: 'peak_bytes', meaning: 'the most needed at once' },
  {
    label: 'native',
    field: 'native_at_peak_bytes',
    meaning: 'of it addons, Buffers, zlib, crypto',
    partOf: 'peak_bytes',
  },
  { label: 'js', field: 'js_at_peak_bytes', meaning: 'of it JavaScript', partOf: 'peak_bytes' },
  {
    label: 'mapped',
    field: 'mapped_other_at_peak_bytes',
    meaning: 'of it wasm and resizable buffers',
    partOf: 'peak_bytes',
    hideZero: true,
  },
  { label: 'native', field: 'native_peak_bytes', meaning: 'native high-water mark by itself' },
  { label: 'js', field: 'js_peak_bytes', meaning: 'JavaScript high-water mark by itself' },
  { label: 'allocated', field: 'total_bytes', meaning: 'all that was allocated, freed or not' },
  { label: 'native', field: 'native_total_bytes', meaning: 'of it native', partOf: 'total_bytes' },
  { label: 'js', field: 'js_total_bytes', meaning: 'of it JavaScript', partOf: 'total_bytes' },
  { label: 'allocations', field: 'allocations', meaning: 'native allocations' },
  { label: 'objects', field: 'objects', meaning: 'JavaScript objects allocated' },
  { label: 'retained', field: 'retained_bytes', meaning: 'still held afterwards' },
  { label: 'mapped', field: 'mapped_peak_bytes', meaning: 'taken from the system' },
  {
    label: 'private',
    field: 'private_mapped_peak_bytes',
    meaning: 'mapped by allocators inside addons, not in above',
  },
  { label: 'rss', field: 'rss_bytes', meaning: 'resident, the whole process' },
  { label: 'engine', field: 'engine_peak_bytes', meaning: "V8's own native memory, not in above" },
];

const topObjects = 5;

/** The lines of one benchmark, in at most `terminal.columns` columns. */
export function renderDetails(figures: Figures, terminal: Terminal): string {
  const colors = colorsOf(terminal);
  const width = terminal.columns;
  const { blob } = figures;
  const blocks = [
    [colors.bold(truncate(printable(functionId(figures)), width, 'ends'))],
    metricTable(blob, width, colors),
    objectTable(blob, width, colors),
    kindTable(blob, width, colors),
    siteTable(blob, width, colors),
    renderRetainers(blob, width, colors),
    [
      ...wrap(printable(passesText(figures)), width - 2).map((line) => `  ${line}`),
      ...(blob.environment === undefined ? [] : renderEnvironment(blob.environment, width, colors)),
    ],
    renderWarnings([figures], terminal, colors),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** How many passes there were, and what the table shows of them. */
export function passesText({ blob, calls }: Figures): string {
  const passes = passesOf(blob);
  const each = calls === undefined ? '' : ` of ${formatCount(calls)} calls`;
  if (passes === 1) return `1 pass${each}`;
  if (!hasMoved(blob)) return `identical over ${passes} passes${each}`;
  return `the smallest of ${passes} passes${each}, and how far the largest lies above it`;
}

function hasMoved(blob: MemoryFigures): boolean {
  return lines.some(({ field, partOf }) => {
    const spread = partOf === undefined ? spreadOf(blob, field) : undefined;
    return spread !== undefined && spread.min !== spread.max;
  });
}

function metricTable(blob: MemoryFigures, width: number, colors: Colors): string[] {
  const moved = hasMoved(blob);
  const rows = lines.flatMap((line) => metricRow(blob, line, moved));
  const columns: Column[] = [
    { align: 'left', rank: 0 },
    { align: 'right', rank: 0, ...(moved ? { header: dim('min') } : {}) },
    { align: 'left', rank: 0, gap: 1 },
    { align: 'right', rank: 3, ...(moved ? { header: dim('max') } : {}) },
    { align: 'left', rank: 3, gap: 1 },
    { align: 'right', rank: 1, ...(moved ? { header: dim('spread') } : {}) },
    { align: 'left', rank: 2, gap: 3 },
  ];
  return layOut(columns, rows, { width, colors, indent: 2 });
}

function metricRow(blob: MemoryFigures, line: Line, moved: boolean): Row[] {
  const isPart = line.partOf !== undefined;
  const value = isPart ? partAt(blob, line.partOf, line.field) : headline(blob, line.field);
  if (value === undefined || (line.hideZero === true && value === 0)) return [];
  const spread = isPart || !moved ? undefined : spreadOf(blob, line.field);
  const tone = line.field === 'peak_bytes' ? 'strong' : 'plain';
  const approximate = line.field === 'peak_bytes' && holdsAllGarbage(blob) === true;
  const uncertain = line.field === 'retained_bytes' && retainedIn(blob)?.certain === false;
  return [
    [
      { text: `${isPart ? '  ' : ''}${line.label}`, tone },
      ...amount(line.field, value, tone, { approximate, uncertain }),
      ...(spread === undefined ? [undefined, undefined] : amount(line.field, spread.max, 'plain')),
      spread === undefined ? undefined : spreadCell(line.field, spread),
      dim(meaningOf(blob, line)),
    ],
  ];
}

function spreadCell(field: SeriesField, spread: Spread): Cell {
  const text = formatSpread(field, spread);
  return text === '=' ? dim(text) : { text };
}

/** The number and its unit as two cells, so that both line up; a count has no unit. */
function amount(field: SeriesField, value: number, tone: 'strong' | 'plain', marks?: Marks): Cell[] {
  const { text, unit } = fieldCell(field, value);
  return [
    { text: markedText(text, marks), tone },
    { text: unit, tone },
  ];
}

function meaningOf(blob: MemoryFigures, { field, meaning }: Line): string {
  if (field === 'js_at_peak_bytes' && holdsAllGarbage(blob) !== false) return `${meaning}, garbage included`;
  if (field === 'retained_bytes') return isTrend(blob) ? 'trend of what stays' : meaning;
  if (field !== 'mapped_peak_bytes') return meaning;
  const ratio = fragmentation(blob);
  return ratio === undefined ? meaning : `${meaning}: ${roundHalfEven(ratio, 2)}× what was in use`;
}

function isTrend(blob: MemoryFigures): boolean {
  const spread = spreadOf(blob, 'retained_bytes');
  return spread !== undefined && spread.min !== spread.max;
}

function objectTable(blob: MemoryFigures, width: number, colors: Colors): string[] {
  const shares = objectShares(blob, topObjects);
  if (shares.length === 0) return [];
  const columns: Column[] = [
    { align: 'left', rank: 0, minWidth: 12, keep: 'end', header: dim('allocated by') },
    { align: 'right', rank: 0 },
    { align: 'left', rank: 0, gap: 1 },
    { align: 'right', rank: 1 },
    { align: 'right', rank: 2, header: dim('allocations') },
  ];
  const rows = shares.map(({ label, bytes, allocations, percent }): Row => {
    const { text: number, unit } = ownCell(bytes, 'B');
    const share = percent === undefined ? '' : formatShare(percent);
    return [
      { text: label },
      { text: number },
      { text: unit },
      dim(share),
      { text: formatCount(allocations) },
    ];
  });
  return layOut(columns, rows, { width, colors, indent: 2 });
}

function kindTable(blob: MemoryFigures, width: number, colors: Colors): string[] {
  const kinds = (blob.object_kinds ?? []).slice(0, topObjects);
  if (kinds.length === 0) return [];
  const columns: Column[] = [
    { align: 'left', rank: 0, minWidth: 12, header: dim('objects by kind') },
    { align: 'right', rank: 0 },
    { align: 'right', rank: 1, gap: 3 },
    { align: 'left', rank: 1, gap: 1 },
  ];
  const rows = kinds.map(({ kind, objects, bytes }): Row => {
    const { text: number, unit } = ownCell(bytes, 'B');
    return [{ text: kind }, { text: formatCount(objects) }, { text: number }, { text: unit }];
  });
  return layOut(columns, rows, { width, colors, indent: 2 });
}

function siteTable({ object_sites: found }: MemoryFigures, width: number, colors: Colors): string[] {
  if (found === undefined || found.sites.length === 0) return [];
  const columns: Column[] = [
    { align: 'left', rank: 0, minWidth: 12 },
    { align: 'right', rank: 0 },
    { align: 'left', rank: 0, gap: 1 },
    { align: 'right', rank: 1 },
    { align: 'left', rank: 2, minWidth: 12, keep: 'end' },
  ];
  const rows = found.sites.map((site): Row => {
    const { text: number, unit } = ownCell(site.bytes, 'B');
    const share = found.total_bytes > 0 ? formatShare((site.bytes / found.total_bytes) * 100) : '';
    return [
      { text: siteName(site) },
      { text: number },
      { text: unit },
      dim(share),
      { text: sitePlace(site), tone: 'dim' },
    ];
  });
  const heading = wrap(sitesHeading(found.interval_bytes), width - 2).map((line) => colors.dim(`  ${line}`));
  return [...heading, ...layOut(columns, rows, { width, colors, indent: 2 })];
}

function dim(text: string): Cell {
  return { text, tone: 'dim' };
}
