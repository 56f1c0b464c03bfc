// What tables and markdown show beside a value, or in its place, so that nobody reads more out of it than it says. Pure.
import type { Scalar } from '../runfile/dims.js';
import type { RunBenchmark } from '../runfile/schema.js';
import { holdsAllGarbage, memorySeries, resolutionOf, retainedOf } from '../runfile/table.js';
import { defined, notEmpty } from '../shapes.js';
import { withinText } from '../text/numbers.js';
import type { ComparedColumn } from './columns.js';

/** What tables and markdown show beside a value, and no document holds. */
export interface Marks {
  /** The value holds garbage that nothing collected. */
  readonly approximate?: boolean;
  /** Passes differ too much, and are too few, to say what stays. */
  readonly uncertain?: boolean;
  /** What stands in the value's place: it is no more than what may come by chance. */
  readonly within?: string;
}

interface Judged {
  readonly benchmark: RunBenchmark;
}

/** False if no value of it has marks. PERF: it is asked once, while the figures are at hand. */
export function mayHaveMarks({ benchmark }: Judged): boolean {
  const blob = benchmark.extra_info.benchmem;
  return (
    blob !== undefined && (blob.near_live !== undefined || memorySeries(blob, 'retained_bytes') !== undefined)
  );
}

/** What tables show beside a value; undefined for a plain one. */
export function marksOf(
  entry: Judged,
  column: Pick<ComparedColumn, 'source' | 'stat'>,
  value: Scalar,
): Marks | undefined {
  const { benchmark } = entry;
  if (column.stat === 'trend' && column.source !== undefined) {
    return notEmpty(
      defined({
        uncertain: retainedOf(benchmark)?.certain === false ? true : undefined,
        within: withinText(Number(value), resolutionOf(benchmark, column.source), column.source.unit),
      }),
    );
  }
  return isApproximate(entry, column) ? { approximate: true } : undefined;
}

function isApproximate({ benchmark }: Judged, column: Pick<ComparedColumn, 'source' | 'stat'>): boolean {
  if (column.source?.pass !== 'peak' || column.stat === 'stddev') return false;
  const blob = benchmark.extra_info.benchmem;
  return blob !== undefined && holdsAllGarbage(blob) === true;
}

/** `~83.12`, `12.40?`, `<32 KiB`. */
export function markedText(text: string, { approximate, uncertain, within }: Marks = {}): string {
  return `${approximate === true ? '~' : ''}${within ?? text}${uncertain === true ? '?' : ''}`;
}
