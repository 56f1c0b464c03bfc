// One benchmark's figures as the renderers need them, derived from its stored series and nothing else.
// Headlines are minima over the passes, except for what stays; parts are read at one pass, so that they add up.
import {
  type MemoryFigures,
  type SeriesField,
  type SharedObjectEntry,
  seriesFields,
} from '../../runfile/schema.js';
import { retainedIn } from '../../runfile/table.js';
import { type MetricUnit, metricNamed } from '../../stats/metrics.js';
import { indexOfFirstMinimum, maximum, minimum } from '../../stats/summary.js';
import { ownCell } from '../../text/cells.js';
import { singleText, spreadText } from '../../text/numbers.js';

/** What was measured of one exported function. */
export interface Figures {
  /** The file as the user named it. */
  readonly file: string;
  readonly name: string;
  readonly blob: MemoryFigures;
  /** Calls in each pass, where that is more than one. */
  readonly calls?: number;
}

/** A benchmark that could not be measured. */
export interface Failure {
  readonly file: string;
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

export interface Spread {
  readonly min: number;
  readonly max: number;
}

export interface ObjectShare {
  readonly label: string;
  readonly bytes: number;
  readonly allocations: number;
  /** Of all program bytes; undefined for the engine. */
  readonly percent: number | undefined;
}

const unitOf = (field: SeriesField): MetricUnit => metricNamed(field)?.unit ?? 'B';

export function functionId(figures: Pick<Figures, 'file' | 'name'>): string {
  return `${figures.file}::${figures.name}`;
}

/** The series of a field, one entry per pass; undefined if it was not measured. */
export function seriesOf(blob: MemoryFigures, field: SeriesField): number[] | undefined {
  return blob[field] ?? blob.unaligned?.[field];
}

/** The field's minimum over the passes, of `retained` its trend; undefined if it was not measured. */
export function headline(blob: MemoryFigures, field: SeriesField): number | undefined {
  if (field === 'retained_bytes') return retainedIn(blob)?.bytes;
  const series = seriesOf(blob, field);
  return series === undefined ? undefined : minimum(series);
}

/** A field at the pass where `whole` is smallest, so that the parts of a headline add up. */
export function partAt(blob: MemoryFigures, whole: SeriesField, part: SeriesField): number | undefined {
  const wholeSeries = blob[whole];
  const series = blob[part];
  return wholeSeries === undefined || series === undefined
    ? undefined
    : series[indexOfFirstMinimum(wholeSeries)];
}

/** min and max over the passes; undefined if the field was not measured. */
export function spreadOf(blob: MemoryFigures, field: SeriesField): Spread | undefined {
  const series = seriesOf(blob, field);
  if (series === undefined) return undefined;
  return { min: minimum(series), max: maximum(series) };
}

export function passesOf(blob: MemoryFigures): number {
  return seriesFields.map((field) => blob[field]).find((series) => series !== undefined)?.length ?? 0;
}

/** A figure of a list whose rows each have a unit. */
export function fieldCell(field: SeriesField, value: number): ReturnType<typeof ownCell> {
  return ownCell(value, unitOf(field));
}

/** How far the largest pass lies above the smallest. */
export function formatSpread(field: SeriesField, spread: Spread): string {
  return spreadText(spread, { field, unit: unitOf(field) });
}

/** `83%`, `<1%`: a share that is not nothing never reads 0. */
export function formatShare(percent: number): string {
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}

/**
 * What the allocator had taken from the system per byte in use, at its own mark in the first pass with the lowest one;
 * undefined if it is not known.
 */
export function fragmentation(blob: MemoryFigures): number | undefined {
  const mapped = headline(blob, 'mapped_peak_bytes');
  const inUse = partAt(blob, 'mapped_peak_bytes', 'requested_at_mapped_peak_bytes');
  return mapped === undefined || inUse === undefined || inUse <= 0 ? undefined : mapped / inUse;
}

/** The largest sources of program bytes, the rest summed, then the engine; largest first. */
export function objectShares(blob: MemoryFigures, top: number): ObjectShare[] {
  const entries = blob.by_shared_object ?? [];
  const program = entries.filter((entry) => entry.source !== 'engine');
  const engine = entries.filter((entry) => entry.source === 'engine');
  const labels = labelObjects(program.map((entry) => entry.object));
  const total = sumOf(program).bytes;
  const share = (label: string, bytes: number, allocations: number): ObjectShare => ({
    label,
    bytes,
    allocations,
    percent: total > 0 ? (bytes / total) * 100 : undefined,
  });
  const ranked = program
    .map((entry) => share(labels.get(entry.object) ?? entry.object, entry.total_bytes, entry.allocations))
    .sort((a, b) => b.bytes - a.bytes || b.allocations - a.allocations || (a.label < b.label ? -1 : 1));
  // WHY: a row "1 others" takes as much room as the name that it would hide.
  const shown = ranked.length === top + 1 ? ranked : ranked.slice(0, top);
  const rest = ranked.slice(shown.length);
  if (rest.length > 0) {
    const bytes = rest.reduce((sum, entry) => sum + entry.bytes, 0);
    const allocations = rest.reduce((sum, entry) => sum + entry.allocations, 0);
    shown.push(share(`${rest.length} others`, bytes, allocations));
  }
  if (engine.length > 0) shown.push({ label: 'V8 itself', percent: undefined, ...sumOf(engine) });
  return shown;
}

function sumOf(entries: readonly SharedObjectEntry[]): { bytes: number; allocations: number } {
  return {
    bytes: entries.reduce((sum, entry) => sum + entry.total_bytes, 0),
    allocations: entries.reduce((sum, entry) => sum + entry.allocations, 0),
  };
}

/** The file names of shared objects, with as many folders as it takes to tell them apart; '' is the executable. */
function labelObjects(paths: readonly string[]): Map<string, string> {
  const unique = [...new Set(paths)];
  const tail = (path: string, parts: number) =>
    path.split('/').filter(Boolean).slice(-parts).join('/') || 'node';
  const label = (path: string) => {
    const depth = path.split('/').length;
    for (let parts = 1; parts < depth; parts += 1) {
      const candidate = tail(path, parts);
      if (unique.every((other) => other === path || tail(other, parts) !== candidate)) return candidate;
    }
    return path === '' ? 'node' : path;
  };
  return new Map(unique.map((path) => [path, label(path)]));
}

type Site = NonNullable<MemoryFigures['object_sites']>['sites'][number];

export const siteName = ({ function: name }: Site): string => (name === '' ? '(anonymous)' : name);

/** Where the function begins; '' where it has no file. */
export function sitePlace({ file, line }: Site): string {
  return line > 0 ? `${file}:${line}` : file;
}

export function sitesHeading(intervalBytes: number): string {
  const sampled = intervalBytes > 1 ? `, estimated: one sample per ${singleText(intervalBytes, 'B')}` : '';
  return `JavaScript heap bytes by function${sampled}`;
}
