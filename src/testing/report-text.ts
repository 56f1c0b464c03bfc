// The memory report that a runner's own reporter prints: the tests that peaked highest, and what was not measured. Pure.
import { printable } from '../text/escapes.js';
import { formatBytes, formatCount } from '../units.js';
import type { TestRecord } from './record.js';
import type { SpoolContents } from './spool.js';

export interface ReportOptions {
  /** 0: all. */
  readonly most: number;
}

const mostReasons = 3;

/** Ends in a line break. */
export function reportText(contents: SpoolContents, { most }: ReportOptions): string {
  const { records, open, unreadable } = contents;
  const measured = records.filter(isMeasured);
  const ranked = [...measured].sort((a, b) => sizeOf(b) - sizeOf(a));
  const shown = most === 0 ? ranked : ranked.slice(0, most);
  const lines = [headLine(contents, measured.length), ''];
  if (shown.length > 0) lines.push(...table(shown));
  if (ranked.length > shown.length) {
    lines.push(`   … and ${formatCount(ranked.length - shown.length)} more (most: 0 shows all)`);
  }
  const lacking = records.filter((record) => !isMeasured(record));
  lines.push(...reasons(lacking));
  for (const { started, pid } of open) {
    lines.push(` the process ${pid} ended inside ${printable(started)}`);
  }
  if (unreadable.length > 0) {
    lines.push(` ${formatCount(unreadable.length)} lines of what the tests wrote cannot be read`);
  }
  return `\n${lines.join('\n')}\n`;
}

function headLine({ records, workers }: SpoolContents, measured: number): string {
  const [worker] = workers;
  const left = records.length - measured;
  const counts = `${formatCount(measured)} ${measured === 1 ? 'test' : 'tests'} measured${left === 0 ? '' : `, ${formatCount(left)} not`}`;
  const runner = worker === undefined ? '' : `   ${worker.runner} ${worker.runner_version}`;
  return ` Memory   ${counts}${printable(runner)}`;
}

const head = ['', 'peak', 'native', 'JavaScript', 'allocated', 'allocations', ''];

function table(records: readonly TestRecord[]): string[] {
  const rows = [head, ...records.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === head.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf({ id, figures, test }: TestRecord): string[] {
  const hasFailed = test.outcome === 'limit' || test.outcome === 'leak' || test.outcome === 'failed';
  const { peak_bytes: peak, native_at_peak_bytes: native, js_at_peak_bytes: js } = figures;
  // Without forced collections the JavaScript part holds garbage.
  const mark = test.tier === 'light' && (js ?? 0) > (native ?? 0) ? '~' : '';
  return [
    ` ${hasFailed ? '×' : ' '} ${printable(id)}`,
    bytes(peak) + (peak === undefined ? '' : mark),
    bytes(native),
    bytes(js),
    bytes(figures.total_bytes),
    figures.allocations === undefined ? '-' : formatCount(figures.allocations),
    notesOf(test),
  ];
}

function notesOf({ limits, exceeded, includes, leak, inner }: TestRecord['test']): string {
  const passed = exceeded.map((field) => {
    const limit = limits[field] ?? 0;
    return `over the limit of ${field}: ${field.endsWith('allocations') ? formatCount(limit) : formatBytes(limit)}`;
  });
  return [
    ...passed,
    ...(leak?.is_leak
      ? [`leaks ${formatBytes(leak.native_per_call + (leak.js_per_call ?? 0))} per call`]
      : []),
    ...(includes === undefined ? [] : [`${includes} included`]),
    ...(inner === true ? ['as measured inside the test'] : []),
  ].join('; ');
}

function reasons(records: readonly TestRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { test } of records) {
    const reason = test.reason ?? 'no reason was given';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  const lines = ranked
    .slice(0, mostReasons)
    .map(([reason, count]) => ` ${formatCount(count)} not measured: ${printable(reason)}`);
  const rest = ranked.slice(mostReasons).reduce((sum, [, count]) => sum + count, 0);
  return rest === 0 ? lines : [...lines, ` ${formatCount(rest)} more not measured, for other reasons`];
}

function bytes(value: number | undefined): string {
  return value === undefined ? '-' : formatBytes(value);
}

function isMeasured({ figures, test }: TestRecord): boolean {
  return Object.keys(figures).length > 0 || test.leak !== undefined;
}

function sizeOf({ figures }: TestRecord): number {
  return figures.peak_bytes ?? figures.native_peak_bytes ?? 0;
}
