// A run for machines: JUnit XML, GitHub annotations, a markdown table for a job summary. Pure text.
// Names are text from outside: nothing of them becomes markup or a workflow command.

import { plainDecimal } from '../../units.js';
import { errorAnnotation } from '../text/annotations.js';
import { codeSpan, escapeMarkdown, markdownRow } from '../text/markdown.js';
import { printable, printableLines } from '../text/printable.js';
import { runColumns } from './cells.js';
import { ceilingText, type RunEntry, type RunView } from './table.js';

/** A problem with its place, as annotations and JUnit show it. */
export interface RunProblem {
  readonly id: string;
  readonly message: string;
}

/** https://github.com/testmoapp/junitxml: a suite per file, a case per benchmark. */
export function renderJUnit(
  entries: readonly RunEntry[],
  skipped: readonly { readonly id: string; readonly file: string }[],
  problems: readonly RunProblem[],
): string {
  const files = [
    ...new Set([...entries.map(({ planned }) => planned.file), ...skipped.map(({ file }) => file)]),
  ];
  const suites = files.map((file) => junitSuite(file, entries, skipped, problems));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="benchmem">\n${suites.join('')}</testsuites>\n`;
}

function junitSuite(
  file: string,
  entries: readonly RunEntry[],
  skipped: readonly { readonly id: string; readonly file: string }[],
  problems: readonly RunProblem[],
): string {
  const own = entries.filter(({ planned }) => planned.file === file);
  const left = skipped.filter((entry) => entry.file === file);
  const cases = own.map((entry) => {
    const texts = problemsOf(entry, problems);
    const name = attribute(entry.planned.description.localId);
    const open = `    <testcase name="${name}" classname="${attribute(file)}"${timeOf(entry)}`;
    if (texts.length === 0) return `${open}/>\n`;
    const failures = texts.map(
      (text) => `      <failure message="${attribute(firstLine(text))}">${xml(text)}</failure>\n`,
    );
    return `${open}>\n${failures.join('')}    </testcase>\n`;
  });
  const skips = left.map(
    ({ id }) =>
      `    <testcase name="${attribute(id.slice(file.length + 2))}" classname="${attribute(file)}">\n      <skipped/>\n    </testcase>\n`,
  );
  const failed = own.filter((entry) => problemsOf(entry, problems).length > 0).length;
  const head = `  <testsuite name="${attribute(file)}" tests="${own.length + left.length}" failures="${failed}" skipped="${left.length}">\n`;
  return `${head}${cases.join('')}${skips.join('')}  </testsuite>\n`;
}

// What was not timed has no time, also none of zero.
function timeOf({ benchmark }: RunEntry): string {
  const total = benchmark?.stats?.total;
  return typeof total === 'number' && Number.isFinite(total) ? ` time="${plainDecimal(total)}"` : '';
}

function problemsOf(entry: RunEntry, problems: readonly RunProblem[]): string[] {
  return [
    ...failureTexts(entry),
    ...entry.breaches.map((breach) => ceilingText(entry, breach)),
    ...problems.filter(({ id }) => id === entry.planned.id).map(({ message }) => message),
  ];
}

function failureTexts({ failure }: RunEntry): string[] {
  if (failure === undefined) return [];
  const { error } = failure as { error?: { message?: unknown } };
  const tail = failure.tail === undefined || failure.tail === '' ? '' : `\n${failure.tail}`;
  return [`${failure.step}: ${String(error?.message ?? failure.code ?? failure.signal)}${tail}`];
}

/** Workflow commands: an error with its line for each failure, ceiling and regression, in the file that `pathOf` answers. */
export function renderAnnotations(
  entries: readonly RunEntry[],
  problems: readonly RunProblem[],
  pathOf: (file: string) => string,
): string {
  const lines = entries.flatMap((entry) =>
    problemsOf(entry, problems).map((text) => {
      const { file, id, description } = entry.planned;
      return errorAnnotation({ file: pathOf(file), line: description.source?.line }, id, text);
    }),
  );
  return lines.join('');
}

/** The table and the problems in markdown. */
export function renderRunMarkdown(
  entries: readonly RunEntry[],
  view: RunView,
  problems: readonly RunProblem[],
): string {
  const benchmarks = entries.flatMap(({ benchmark }) => benchmark ?? []);
  const columns = runColumns(benchmarks, view.columns, view.stats, view.base);
  const rows = entries.map(({ planned, benchmark }) =>
    markdownRow([
      codeSpan(planned.id),
      ...columns.map((column, index) => {
        if (benchmark === undefined) return index === 0 ? 'failed' : '';
        return escapeMarkdown(column.text(benchmark) ?? '—');
      }),
    ]),
  );
  const lines = entries.flatMap((entry) =>
    problemsOf(entry, problems).map(
      (text) => `- ${codeSpan(entry.planned.id)}: ${escapeMarkdown(firstLine(text))}`,
    ),
  );
  const head = [
    markdownRow(['benchmark', ...columns.map(({ fullTitle }) => fullTitle)]),
    markdownRow([':--', ...columns.map(() => '--:')]),
  ];
  return `${[[...head, ...rows].join('\n'), lines.join('\n')].filter((block) => block !== '').join('\n\n')}\n`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function xml(text: string): string {
  return escapeXml(printableLines(text));
}

// WHY apart: readers turn the line ends of an attribute into blanks.
function attribute(text: string): string {
  return escapeXml(printable(text));
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
