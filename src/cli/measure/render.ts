// What was measured as people read it: all of a single function, a row each of several, or markdown. Pure.
// Where columns, times or a base are part of it, the table is that of `benchmem run`.
import { renderRunMarkdown } from '../suite/reporters.js';
import { type RenderTable, type RunEntry, renderRun, renderTables } from '../suite/table.js';
import type { Failure, Figures } from '../text/figures.js';
import { renderDetails } from '../text/render-details.js';
import { renderMarkdown } from '../text/render-markdown.js';
import { renderSummary } from '../text/render-summary.js';
import type { MeasureArgs } from './read.js';

/** `planned`: of how many functions. */
export function renderMeasure(args: MeasureArgs, planned: number): RenderTable {
  return (entries, view, terminal) => {
    const functions = entries.flatMap((entry) => figuresOf(entry, args));
    const failures = entries.flatMap(failureOf);
    if (failures.length === entries.length && planned <= 1) return '';
    const isTable = args.asksTable || args.timing !== undefined || view.base !== undefined;
    if (args.format === 'md')
      return isTable ? renderRunMarkdown(entries, view, view.problems) : renderMarkdown(functions, failures);
    const details = functions.map((figures) => renderDetails(figures, terminal));
    if (planned === 1 && details.length > 0)
      return [...details, ...(isTable ? [renderTables(entries, view, terminal)] : [])].join('\n');
    const table = isTable ? renderRun(entries, view, terminal) : renderSummary(functions, failures, terminal);
    return [...(args.details ? details : []), table].join('\n');
  };
}

function figuresOf({ planned, benchmark }: RunEntry, { memory }: MeasureArgs): Figures[] {
  const blob = benchmark?.extra_info.benchmem;
  if (blob === undefined) return [];
  const calls = memory?.calls ?? 1;
  return [{ file: planned.file, name: planned.description.name, blob, ...(calls > 1 && { calls }) }];
}

function failureOf({ planned, failure }: RunEntry): Failure[] {
  if (failure === undefined) return [];
  const { code = '', message = '' } = (failure.error ?? {}) as { code?: string; message?: string };
  return [{ file: planned.file, name: planned.description.name, code, message }];
}
