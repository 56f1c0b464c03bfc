// The report of a run of tests, as `benchmem test` and the reporters of the runners print it: tests by what they needed,
// what failed and where memory went, workers, and what is not known. Pure.

import { type Column, layOut, type Row } from '../layout/columns.js';
import { truncate, unbroken, wrap } from '../layout/printable.js';
import { type Colors, colorsOf, type Surface } from '../layout/terminal.js';
import type { TestRecord } from '../testing/record.js';
import type { SpoolContents } from '../testing/spool.js';
import { workerParts } from '../testing/tests-run.js';
import { printable } from '../text/escapes.js';
import { formatBytes, formatCount } from '../units.js';
import { cellTitles, figureCells, notesOf, sizesCell, sizesTitle } from './cells.js';
import { breachLines, originLines, seenLines } from './failures.js';
import { countsOf, firstOf, heaviestFiles, isMeasured, isOverLimit, ranked, reasonsOf } from './ranking.js';
import { hintText, type TestsView } from './view.js';

/** Of a log or a file. */
const widestReport = 240;
const usualReasons = 3;
const usualOrigins = 5;
const shownFiles = 3;
const shownWorkers = 8;

/** In at most `terminal.columns` columns; ends in a line break. */
export function renderTests(view: TestsView, terminal: Surface): string {
  const colors = colorsOf(terminal);
  const width = terminal.unlimited === true ? widestReport : terminal.columns;
  const { contents, detail } = view;
  const blocks = [
    headLines(contents, width, colors),
    detail === 'quiet' ? [] : tableLines(view, width, colors),
    ...contents.records.filter(isOverLimit).map((record) => failureLines(record, view, width, colors)),
    crashLines(contents, width, colors),
    detail === 'quiet' ? [] : workerLines(contents, width, colors),
    profileLines(view, width, colors),
    problemLines(view, width, colors),
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `\n${text.join('\n\n')}\n`;
}

function headLines(contents: SpoolContents, width: number, colors: Colors): string[] {
  const { records } = contents;
  const measured = records.filter(isMeasured);
  const left = records.length - measured.length;
  const tests = `${formatCount(measured.length)} ${measured.length === 1 ? 'test' : 'tests'} measured`;
  const others = left === 0 ? '' : `, ${formatCount(left)} not`;
  const where = environmentText(contents);
  return margined(`${colors.bold('Memory')}   ${tests}${others}${where === '' ? '' : `   ${where}`}`, width);
}

// The same for all processes except for oddities, which the run file has.
function environmentText({ workers: [worker] }: SpoolContents): string {
  if (worker === undefined) return '';
  const { runner, runner_version: version, environment } = worker;
  const { node, mode, allocator } = environment as {
    readonly node?: string;
    readonly mode?: string;
    readonly allocator?: { readonly name: string; readonly version?: string };
  };
  return [
    `${runner} ${version}`,
    node && `Node ${node}`,
    mode,
    allocator && `${allocator.name} ${allocator.version ?? ''}`.trim(),
  ]
    .flatMap((part) => (part === undefined || part === '' ? [] : unbroken(part)))
    .join(', ');
}

const layout: readonly Column[] = [
  { align: 'left', rank: 0, minWidth: 36, keep: 'ends' },
  { align: 'right', rank: 0 },
  { align: 'right', rank: 2 },
  { align: 'right', rank: 2, gap: 1 },
  { align: 'right', rank: 4 },
  { align: 'right', rank: 4 },
  { align: 'left', rank: 3 },
  { align: 'left', rank: 3 },
];

function columnsFor(shown: readonly TestRecord[]): Column[] {
  const hasSizes = shown.some(({ test }) => test.sizes !== undefined);
  const titles = ['', ...cellTitles, hasSizes ? sizesTitle : ''];
  return layout.map((column, at) => {
    const text = titles[at] ?? '';
    return text === '' ? column : { ...column, header: { text, tone: 'dim' } };
  });
}

function tableLines({ contents, most, sort, hints }: TestsView, width: number, colors: Colors): string[] {
  const all = ranked(contents.records, sort);
  const shown = firstOf(all, most);
  const rows = shown.map((record): Row => {
    const failed = isOverLimit(record) || record.test.outcome === 'failed';
    return [
      { text: `${failed ? '×' : ' '} ${printable(record.id)}`, tone: failed ? 'bad' : 'plain' },
      ...[...figureCells(record), sizesCell(record)].map((text) =>
        text === undefined ? undefined : { text },
      ),
      { text: shortNote(notesOf(record)), tone: isOverLimit(record) ? 'bad' : 'dim' },
    ];
  });
  if (rows.length === 0) return [];
  const rest = all.length - shown.length;
  const included = new Set(shown.flatMap(({ test }) => test.includes ?? []));
  const garbage = shown.some((record) => figureCells(record)[0]?.endsWith('~'));
  return [
    ...layOut(columnsFor(shown), rows, { width, colors, indent: 1 }),
    ...(rest > 0 ? [colors.dim(`   … and ${formatCount(rest)} more (${hints.allTests})`)] : []),
    ...(garbage ? [colors.dim('   ~ holds garbage, because no limit asked for more collections')] : []),
    ...[...included].map((what) => colors.dim(`   figures hold the tests' ${what} too`)),
  ];
}

function failureLines(
  record: TestRecord,
  { detail, stacks, hints }: TestsView,
  width: number,
  colors: Colors,
): string[] {
  const [first = '', ...others] = breachLines(record);
  const details = detail === 'quiet' ? [] : seenLines(record);
  const most = { quiet: 0, usual: stacks ?? usualOrigins, verbose: Number.MAX_SAFE_INTEGER }[detail];
  return [
    ...margined(`× ${idText(record.id, width)}: ${first}`, width).map((line) => colors.red(line)),
    ...[...others, ...details].flatMap((line) => indented(line, width)),
    ...(most === 0
      ? []
      : originLines(record, most, hints).map((line) => truncate(`     ${line}`, width, 'start'))),
  ];
}

// What memory ran out in is the test that was open then.
function crashLines({ open, records }: SpoolContents, width: number, colors: Colors): string[] {
  return open.flatMap(({ started, pid }) => {
    const resident = records.flatMap(({ test }) => (test.pid === pid ? (test.worker_rss_bytes ?? []) : []));
    const before =
      resident.length === 0
        ? 'no test of it had ended before'
        : `until then it had ${formatBytes(Math.max(...resident))} resident at most`;
    const text = `× ${idText(started, width)}: its process (pid ${pid}) ended inside this test; ${before}`;
    return margined(text, width).map((line) => colors.red(line));
  });
}

function workerLines(contents: SpoolContents, width: number, colors: Colors): string[] {
  const workers = workerParts(contents).filter(({ peak_rss_bytes: peak }) => peak !== undefined);
  const shown = workers.slice(0, shownWorkers).map(({ pid, peak_rss_bytes: peak = 0, tests, files }) => {
    const what = `${formatCount(tests)} ${tests === 1 ? 'test' : 'tests'}, ${formatCount(files)} ${files === 1 ? 'file' : 'files'}`;
    return unbroken(`pid ${pid} resident ${formatBytes(peak)} (${what})`);
  });
  const rest = workers.length - shown.length;
  const heaviest = heaviestFiles(contents.records, shownFiles).map(({ file, peakBytes }) =>
    unbroken(`${file} ${formatBytes(peakBytes)}`),
  );
  const list = (title: string, parts: readonly string[]) =>
    parts.length === 0 ? [] : margined(`${colors.dim(title)}  ${parts.join(', ')}`, width);
  return [
    ...list('Workers', rest > 0 ? [...shown, `${formatCount(rest)} more`] : shown),
    ...list('Heaviest files', heaviest),
  ];
}

function profileLines({ contents, profile }: TestsView, width: number, colors: Colors): string[] {
  if (profile === undefined) return [];
  const count = contents.records.filter(({ test }) => test.profile !== undefined).length;
  const show = count === 0 ? '' : `, shown by: ${unbroken(`benchmem flamegraph ${printable(profile)}`)}`;
  return margined(
    `${colors.dim('Profiles')}  ${formatCount(count)} in ${unbroken(printable(profile))}${show}`,
    width,
  );
}

function problemLines(
  { contents, detail, checksLeaks, hints }: TestsView,
  width: number,
  colors: Colors,
): string[] {
  const reasons = reasonsOf(contents.records);
  const shown = detail === 'verbose' ? reasons : reasons.slice(0, usualReasons);
  const rest = reasons.slice(shown.length).reduce((sum, [, count]) => sum + count, 0);
  const { length: unreadable } = contents.unreadable;
  const lines = [
    ...shown.map(([reason, count]) => `${formatCount(count)} not measured: ${printable(reason)}`),
    ...(rest > 0 ? [`${formatCount(rest)} not measured for other reasons${hintText(hints.allDetails)}`] : []),
    ...(checksLeaks ? uncheckedLines(contents.records) : []),
    ...noiseLines(contents.records),
    ...(unreadable > 0
      ? [
          `${formatCount(unreadable)} ${unreadable === 1 ? 'line' : 'lines'} that the tests wrote cannot be read`,
        ]
      : []),
  ];
  return lines.flatMap((line) => margined(line, width)).map((line) => colors.yellow(line));
}

function uncheckedLines(records: readonly TestRecord[]): string[] {
  const left = records.filter((record) => isMeasured(record) && record.test.leak === undefined);
  return [...countsOf(left.map(({ test }) => test.leak_unchecked ?? 'they failed before'))].map(
    ([reason, count]) => `${formatCount(count)} not checked for leaks: ${printable(reason)}`,
  );
}

// Of the noisiest: what holds for it holds for the others.
function noiseLines(records: readonly TestRecord[]): string[] {
  const floors = records.flatMap(({ test: { leak } }) => leak?.noisy_floor_bytes ?? []);
  if (floors.length === 0) return [];
  const noisy = `${formatCount(floors.length)} checked for leaks with a JavaScript heap that moves to and fro`;
  const least = formatBytes(Math.max(...floors));
  return [`${noisy}: what it leaks would not show below ${least} per call; raise calls, or leakCalls`];
}

// WHY: it is cut, because a word that is longer than a line stays whole.
function idText(id: string, width: number): string {
  return truncate(printable(id), width - 6, 'ends');
}

function shortNote([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first}, …`;
}

function margined(text: string, width: number): string[] {
  return wrap(text, width - 1).map((line) => ` ${line}`);
}

function indented(text: string, width: number): string[] {
  return text
    .split('\n')
    .flatMap((line) => wrap(printable(line.trim()), width - 5))
    .map((line) => `     ${line}`);
}
