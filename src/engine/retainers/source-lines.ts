// Where a place in a script stands in what its author wrote, by the source maps that this process has loaded.
import { findSourceMap } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type CodeLine, pathOf } from '../result/retainers.js';

export function inSource({ file, line, column }: CodeLine): CodeLine {
  const map = findSourceMap(file);
  const entry = map?.findEntry(line, column);
  if (entry !== undefined && 'originalSource' in entry) {
    return { file: entry.originalSource, line: entry.originalLine, column: entry.originalColumn };
  }
  // The beginning of a module maps to nothing; it is that of its one source.
  const [source, ...others] = map?.payload.sources ?? [];
  if (source === undefined || others.length > 0) return { file, line, column };
  return { file: new URL(source, pathToFileURL(pathOf(file))).href, line, column };
}
