// Names the user's TypeScript where a stack names what was compiled from it, by the map beside the compiled file.
// WHY: this happens in the parent, because a measuring child that reads maps would show it in its heap.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { modulePlace } from './transform-plugins.js';

// Of the folders that the transform writes, and of no other: `node_modules/.cache/benchmem/NAME`, `.benchmem-NAME`.
const compiledPlace =
  /(file:\/\/\/(?:[^\s()]+\/)?(?:\.cache\/benchmem\/|\.benchmem-)[^\s()/]+\/[^\s()/]+\.mjs):(\d+)(?::(\d+))?/g;

const compiledFile = /\/(?:\.cache\/benchmem\/|\.benchmem-)[^/]+\/[^/]+\.mjs$/;

/** `text` with each place in a compiled file as the place in its source; one whose map is gone stays as it is. */
export function withSourcePlaces(text: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return text.replaceAll(compiledPlace, (found, url: string, line: string, column: string | undefined) => {
    if (!maps.has(url)) maps.set(url, mapBeside(url));
    const place = sourcePlace(maps.get(url), Number(line), column === undefined ? undefined : Number(column));
    if (place === undefined) return found;
    return `${place.url}:${place.line}${column === undefined ? '' : `:${place.column}`}`;
  });
}

/** A line and a column of a script, both from 1. */
export interface ScriptPlace {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** Answers for a place in a compiled file the one in its source; undefined for any other. Each map is read once. */
export function sourcePlaces(): (place: ScriptPlace) => ScriptPlace | undefined {
  const maps = new Map<string, SourceMap | undefined>();
  return ({ url, line, column }) => {
    if (!url.startsWith('file:') || !compiledFile.test(url)) return undefined;
    if (!maps.has(url)) maps.set(url, mapBeside(url));
    return sourcePlace(maps.get(url), line, column);
  };
}

function mapBeside(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')));
  } catch {
    return undefined;
  }
}

// Without a column, as above the excerpt of an uncaught error: the line that the end of the compiled one comes from.
function sourcePlace(
  map: SourceMap | undefined,
  line: number,
  column: number | undefined,
): ScriptPlace | undefined {
  const entry = map?.findEntry(line - 1, column === undefined ? 2 ** 30 : column - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const { originalSource: url, originalLine, originalColumn } = entry;
  // The transform put the module's own place before its first line.
  const isFirst = originalLine === 0 && url.startsWith('file:');
  const added = isFirst ? modulePlace(fileURLToPath(url)).length : 0;
  return { url, line: originalLine + 1, column: Math.max(0, originalColumn - added) + 1 };
}
