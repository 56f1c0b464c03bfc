// From a position in a script's text to a line and a column, and from those to the source that the text was made of.
// Texts and maps are given; what cannot be placed stays unplaced.
import { SourceMap } from 'node:module';
import { pathOfScript } from './paths.js';

export interface Place {
  /** Of the script, or of its source. */
  readonly url: string;
  /** From 1, as is the column. */
  readonly line: number;
  readonly column: number;
}

export interface ScriptTexts {
  /** The text that V8 ran under this name, or what the file of this name holds; undefined where there is none. */
  readonly textOf: (url: string) => string | undefined;
  /** The place in the source of what benchmem itself compiled; undefined for any other script. */
  readonly compiledFrom?: (place: Place) => Place | undefined;
}

interface Script {
  readonly text: string;
  /** Where each line begins. */
  readonly starts: readonly number[];
  readonly map?: SourceMap;
  readonly mapUrl?: string;
}

/** A script's file begins with it, and its positions do not count it. */
const byteOrderMark = '\uFEFF';
const longestMap = 64 << 20;

export class ScriptPlaces {
  readonly #texts: ScriptTexts;
  readonly #scripts = new Map<string, Script | undefined>();

  constructor(texts: ScriptTexts) {
    this.#texts = texts;
  }

  /** True where there is a text of this name. */
  has(url: string): boolean {
    return this.#scriptOf(url) !== undefined;
  }

  /**
   * Of a position inside the function that begins at `functionPlace`. Undefined where the text is not the one that ran:
   * then the position lies before the function, or the function does not begin at its own place.
   */
  placeOf(url: string, position: number, functionPlace: Omit<Place, 'url'> | undefined): Place | undefined {
    const script = this.#scriptOf(url);
    if (script === undefined || position >= script.text.length) return undefined;
    if (functionPlace !== undefined) {
      const start = (script.starts[functionPlace.line - 1] ?? Number.NaN) + functionPlace.column - 1;
      if (!(start <= position) || !/\S/.test(script.text[start] ?? '')) return undefined;
    }
    const line = lastUpTo(script.starts, position);
    return { url, line: line + 1, column: position - (script.starts[line] as number) + 1 };
  }

  /** The place in the source that a place was made of; the place itself where nothing says so. */
  sourceOf(place: Place): Place {
    const compiled = this.#texts.compiledFrom?.(place);
    if (compiled !== undefined) return compiled;
    const script = this.#scriptOf(place.url);
    const entry = script?.map?.findEntry(place.line - 1, place.column - 1);
    if (script?.mapUrl === undefined || entry === undefined || !('originalSource' in entry)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    const url = typeof originalSource === 'string' ? resolve(originalSource, script.mapUrl) : undefined;
    if (url === undefined || !isCount(originalLine) || !isCount(originalColumn)) return place;
    return { url, line: originalLine + 1, column: originalColumn + 1 };
  }

  #scriptOf(url: string): Script | undefined {
    if (!this.#scripts.has(url)) this.#scripts.set(url, this.#read(url));
    return this.#scripts.get(url);
  }

  #read(url: string): Script | undefined {
    const found = this.#texts.textOf(url);
    if (found === undefined) return undefined;
    const text = found.startsWith(byteOrderMark) ? found.slice(1) : found;
    return { text, starts: startsOf(text), ...this.#mapOf(text, url) };
  }

  #mapOf(text: string, url: string): Pick<Script, 'map' | 'mapUrl'> {
    // The last one counts, and it stands near the end.
    const named = [
      ...text.slice(-longestMap).matchAll(/^[ \t]*\/\/[#@] ?sourceMappingURL=(\S+)[ \t]*$/gm),
    ].at(-1)?.[1];
    if (named === undefined) return {};
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(named);
    const base = urlOf(url);
    const mapUrl = inline !== null ? base : base === undefined ? undefined : resolve(named, base);
    if (mapUrl === undefined) return {};
    try {
      const json =
        inline === null
          ? this.#texts.textOf(mapUrl)
          : inline[1] === undefined
            ? decodeURIComponent(inline[2] ?? '')
            : Buffer.from(inline[2] ?? '', 'base64').toString('utf8');
      if (json === undefined) return {};
      return { map: new SourceMap(withRoot(JSON.parse(json.replace(/^\)\]\}'[^\n]*\n/, '')))), mapUrl };
    } catch {
      // A map that is none: the place in the script itself is right, too.
      return {};
    }
  }
}

// WHY: node's SourceMap does not apply it.
function withRoot(map: ConstructorParameters<typeof SourceMap>[0]) {
  const { sourceRoot, sources } = map;
  if (typeof sourceRoot !== 'string' || sourceRoot === '' || !Array.isArray(sources)) return map;
  return { ...map, sources: sources.map((source) => `${sourceRoot.replace(/\/?$/, '/')}${source}`) };
}

function urlOf(url: string): string | undefined {
  const path = pathOfScript(url);
  if (path !== undefined)
    return new URL(`file://${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`).href;
  return URL.canParse(url) ? url : undefined;
}

function resolve(reference: string, base: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

// As V8 counts lines: CRLF is one end of a line, and the two separators of Unicode end one, too.
function startsOf(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(index + end.length);
  return starts;
}

function lastUpTo(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
