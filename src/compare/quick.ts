// Quick runs beside full ones: what a quick run counts in its peak pass is not what an accounting pass counts. Pure.
import type { RunBenchmark } from '../runfile/schema.js';
import { type ComparisonWarning, warning } from './warnings.js';

interface Measured {
  readonly benchmark: RunBenchmark;
}

interface Column<Each extends Measured> {
  readonly label: string;
  readonly entries: ReadonlyMap<string, Each>;
}

export interface Comparable<Each extends Measured> {
  /** As many as were given; undefined: nothing of this one is left out. */
  readonly entries: readonly (ReadonlyMap<string, Each> | undefined)[];
  readonly warnings: readonly ComparisonWarning[];
}

/**
 * The entries of each series, where an id that another series has of a full run is without the figures of its quick run that only
 * another quick run may be compared with. `rebuild` makes an entry of another benchmark.
 */
export function withoutQuickFigures<Each extends Measured>(
  series: readonly Column<Each>[],
  rebuild: (entry: Each, benchmark: RunBenchmark) => Each,
): Comparable<Each> {
  const full = idsOfFullRuns(series);
  if (full.size === 0) return { entries: series.map(() => undefined), warnings: [] };
  const warnings: ComparisonWarning[] = [];
  const entries = series.map(({ label, entries: own }) => {
    const mixed = [...own].filter(([id, { benchmark }]) => isQuick(benchmark) && full.has(id));
    if (mixed.length === 0) return undefined;
    warnings.push(quickBesideFull(label, mixed.length));
    return new Map([
      ...own,
      ...mixed.map(([id, entry]) => [id, rebuild(entry, peakOnly(entry.benchmark))] as const),
    ]);
  });
  return { entries, warnings };
}

// PERF: nearly always no run is quick: then nothing is noted.
function idsOfFullRuns<Each extends Measured>(series: readonly Column<Each>[]): ReadonlySet<string> {
  const ids = new Set<string>();
  if (!series.some(hasQuick)) return ids;
  for (const { entries } of series) {
    for (const [id, { benchmark }] of entries) {
      if (benchmark.extra_info.benchmem !== undefined && !isQuick(benchmark)) ids.add(id);
    }
  }
  return ids;
}

function hasQuick<Each extends Measured>({ entries }: Column<Each>): boolean {
  for (const { benchmark } of entries.values()) if (isQuick(benchmark)) return true;
  return false;
}

function isQuick({ extra_info: { benchmem } }: RunBenchmark): boolean {
  return benchmem?.environment?.quick === true;
}

function peakOnly(benchmark: RunBenchmark): RunBenchmark {
  const { benchmem, ...others } = benchmark.extra_info;
  if (benchmem === undefined) return benchmark;
  const { allocations, retained_bytes, unaligned, ...rest } = benchmem;
  const { retained_bytes: _further, ...otherSeries } = unaligned ?? {};
  const blob = { ...rest, unaligned: otherSeries } as unknown as typeof benchmem;
  return { ...benchmark, extra_info: { ...others, benchmem: blob } };
}

function quickBesideFull(label: string, count: number): ComparisonWarning {
  return warning(
    'QUICK_BESIDE_FULL',
    label,
    `${label} was measured with --quick: allocations and retained of ${count} ${count === 1 ? 'benchmark are' : 'benchmarks are'} not compared with those of a full run`,
    'the peak pass counts them otherwise than the accounting pass; re-run one side the way the other was',
  );
}
