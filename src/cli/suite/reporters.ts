// A run for machines: JUnit XML, GitHub annotations, a markdown table for a job summary. Pure text.
// Names are text from outside: nothing of them becomes markup or a workflow command.

import { junitXml } from '../../compare/junit.js';
import { failureText, isOfFile } from '../../runfile/failures.js';
import { cellSpan, codeSpan, escapeMarkdown } from '../../text/escapes.js';
import { absentText } from '../../text/numbers.js';
import { errorAnnotation } from '../text/annotations.js';
import { markdownRow } from '../text/markdown.js';
import { markdownRetainers } from '../text/markdown-retainers.js';
import { runColumns } from './cells.js';
import { ceilingText, type RunEntry, type RunProblem, type RunView } from './table.js';

/** A case per benchmark, those that were skipped last. */
export function renderJUnit(
  entries: readonly RunEntry[],
  skipped: readonly { readonly id: string }[],
  problems: readonly RunProblem[],
  datetime?: string,
): string {
  const cases = entries.map((entry) => ({
    id: entry.planned.id,
    benchmark: entry.benchmark,
    failures: problemsOf(entry, problems),
    isFile: entry.failure !== undefined && isOfFile(entry.failure),
  }));
  return junitXml([...cases, ...skipped.map(({ id }) => ({ id, isSkipped: true }))], datetime);
}

function problemsOf(entry: RunEntry, problems: readonly RunProblem[]): string[] {
  return [
    ...(entry.failure === undefined ? [] : [failureText(entry.failure)]),
    ...entry.breaches.map((breach) => ceilingText(entry, breach)),
    ...problems.filter(({ id }) => id === entry.planned.id).map(({ message }) => message),
  ];
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
      cellSpan(planned.id),
      ...columns.map((column, index) => {
        if (benchmark === undefined) return index === 0 ? 'failed' : '';
        return escapeMarkdown(column.text(benchmark) ?? absentText);
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
  const kept = entries.map(({ planned, benchmark }) => {
    const blob = benchmark?.extra_info.benchmem;
    return blob === undefined ? '' : markdownRetainers(planned.id, blob);
  });
  return `${[[...head, ...rows].join('\n'), lines.join('\n'), ...kept].filter((block) => block !== '').join('\n\n')}\n`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
