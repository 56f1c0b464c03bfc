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
  /** What the file of this name holds; undefined if there is none. */
  readonly textOf: (url: string) => string | undefined;
  /** The place in the source of what benchmem itself compiled; undefined for any other script. */
  readonly compiledFrom?: (place: Place) => Place | undefined;
}

/** A script as V8's inspector knows it, in the process that ran it. */
export interface RanScript {
  /** As in `ProfileReading.functionScripts`. */
  readonly scriptId: number;
  readonly url: string;
  /** Where the text begins in what `url` names, from 0. */
  readonly line: number;
  readonly column: number;
  /** Absent: the file of that name holds it. */
  readonly text?: string;
  readonly sourceMapUrl?: string;
}

/** A script whose text is known. */
export interface Script {
  readonly url: string;
  readonly text: string;
  /** Where each line begins. */
  readonly starts: readonly number[];
  readonly line: number;
  readonly column: number;
  /** True if V8 says that it ran this text. */
  readonly ran: boolean;
  readonly map?: SourceMap;
  readonly mapUrl?: string;
}

/** A script's file begins with it, and its positions do not count it. */
const byteOrderMark = '\uFEFF';
const longestComment = 64 << 20;

export class ScriptPlaces {
  readonly #texts: ScriptTexts;
  readonly #ranById: ReadonlyMap<number, RanScript>;
  /** Of a name that several scripts have, none. */
  readonly #ranByUrl = new Map<string, RanScript | undefined>();
  readonly #scripts = new Map<string, Script | undefined>();

  constructor(texts: ScriptTexts, ran: readonly RanScript[] = []) {
    this.#texts = texts;
    this.#ranById = new Map(ran.map((script) => [script.scriptId, script]));
    for (const script of ran) {
      const { url } = script;
      this.#ranByUrl.set(url, url === '' || this.#ranByUrl.has(url) ? undefined : script);
    }
  }

  /** What V8 said of a script; undefined for one that it said nothing of. */
  ranScript(scriptId: number): RanScript | undefined {
    return this.#ranById.get(scriptId);
  }

  /** The script of a function: the one that V8 numbers so, else the only one of that name, else the file of it. */
  scriptOf(url: string, scriptId = 0): Script | undefined {
    const ran = this.#ranById.get(scriptId) ?? this.#ranByUrl.get(url);
    const key = `${ran?.scriptId ?? ''} ${url}`;
    if (!this.#scripts.has(key)) this.#scripts.set(key, this.#read(url, ran));
    return this.#scripts.get(key);
  }

  /** The place in the source that a place was made of; the place itself where nothing says so. */
  sourceOf(place: Place, script: Script | undefined): Place {
    const compiled = this.#texts.compiledFrom?.(place);
    if (compiled !== undefined) return compiled;
    if (script?.map === undefined || script.mapUrl === undefined) return place;
    const line = place.line - 1 - script.line;
    const entry = script.map.findEntry(line, place.column - 1 - (line === 0 ? script.column : 0));
    if (!('originalSource' in entry)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    const url = typeof originalSource === 'string' ? resolve(originalSource, script.mapUrl) : undefined;
    if (url === undefined || !isCount(originalLine) || !isCount(originalColumn)) return place;
    return { url, line: originalLine + 1, column: originalColumn + 1 };
  }

  #read(url: string, ran: RanScript | undefined): Script | undefined {
    const found = ran?.text ?? this.#texts.textOf(url);
    if (found === undefined) return undefined;
    const text = found.startsWith(byteOrderMark) ? found.slice(1) : found;
    const { line = 0, column = 0 } = ran ?? {};
    const place = { url, text, starts: startsOf(text), line, column, ran: ran !== undefined };
    return { ...place, ...this.#mapOf(ran?.sourceMapUrl ?? mapNamedIn(text), url) };
  }

  #mapOf(named: string | undefined, url: string): Pick<Script, 'map' | 'mapUrl'> {
    if (named === undefined) return {};
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(named);
    const base = urlOf(url);
    const mapUrl = inline !== null ? base : base === undefined ? undefined : resolve(named, base);
    if (mapUrl === undefined) return {};
    try {
      const json = inline === null ? this.#texts.textOf(mapUrl) : inlineText(inline[1], inline[2] ?? '');
      if (json === undefined) return {};
      return { map: new SourceMap(withRoot(JSON.parse(json.replace(/^\)\]\}'[^\n]*\n/, '')))), mapUrl };
    } catch {
      // A map that is none: the place in the script itself is right, too.
      return {};
    }
  }
}

/**
 * Of a position inside the function that begins at `begin`. Undefined if the text is not the one that ran: then the
 * position lies before the function, or the function does not begin at its own place.
 */
export function placeIn(
  script: Script | undefined,
  position: number,
  begin: Omit<Place, 'url'> | undefined,
): Place | undefined {
  if (script === undefined || position >= script.text.length) return undefined;
  if (begin !== undefined && !script.ran) {
    const start = (script.starts[begin.line - 1] ?? Number.NaN) + begin.column - 1;
    if (!(start <= position) || !/\S/.test(script.text[start] ?? '')) return undefined;
  }
  const line = lastUpTo(script.starts, position);
  const column = position - (script.starts[line] as number) + (line === 0 ? script.column : 0);
  return { url: script.url, line: script.line + line + 1, column: column + 1 };
}

// The last one counts, and it stands near the end.
function mapNamedIn(text: string): string | undefined {
  const comments = text.slice(-longestComment).matchAll(/^[ \t]*\/\/[#@] ?sourceMappingURL=(\S+)[ \t]*$/gm);
  return [...comments].at(-1)?.[1];
}

function inlineText(base64: string | undefined, encoded: string): string {
  return base64 === undefined ? decodeURIComponent(encoded) : Buffer.from(encoded, 'base64').toString('utf8');
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
