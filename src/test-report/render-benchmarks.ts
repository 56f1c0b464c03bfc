// The memory of benchmarks, as a table below the times that their runner prints. Pure.
import { type Column, layOut, type Row, type Span } from '../layout/columns.js';
import { colorsOf, type Surface } from '../layout/terminal.js';
import type { TestRecord } from '../testing/record.js';
import { formatBytes, formatCount } from '../units.js';

/** The benchmarks of one test, by their names. */
export interface BenchmarksOfTest {
  readonly test: string;
  readonly figures: Readonly<Record<string, TestRecord['figures']>>;
}

const titles = ['memory of benchmarks', 'peak', '= native', '+ JavaScript', 'allocated', 'allocations'];

const columns: readonly Column[] = titles.map((text, at) => ({
  header: { text, tone: 'dim' },
  ...(at === 0
    ? { align: 'left', rank: 0, minWidth: 24, keep: 'ends' }
    : { align: 'right', rank: at === 1 ? 0 : 1, ...(at === 3 && { gap: 1 }) }),
}));

const widest = 240;

/** Ends in a line break; '' where nothing was measured. */
export function renderBenchmarks(tests: readonly BenchmarksOfTest[], terminal: Surface): string {
  const lines = tests.flatMap(({ test, figures }): (Row | Span)[] => [
    { span: { text: test, tone: 'strong' } },
    ...Object.entries(figures).map(([name, sample]) => rowOf(name, sample)),
  ]);
  if (lines.length === 0) return '';
  const width = terminal.unlimited === true ? widest : terminal.columns;
  return `\n${layOut(columns, lines, { width, colors: colorsOf(terminal), indent: 1 }).join('\n')}\n`;
}

function rowOf(name: string, sample: TestRecord['figures']): Row {
  const { peak_bytes, native_at_peak_bytes, js_at_peak_bytes, total_bytes, allocations } = sample;
  const bytes = [peak_bytes, native_at_peak_bytes, js_at_peak_bytes, total_bytes].map((value) =>
    value === undefined ? undefined : { text: formatBytes(value) },
  );
  return [
    { text: `  ${name}` },
    ...bytes,
    allocations === undefined ? undefined : { text: formatCount(allocations) },
  ];
}
