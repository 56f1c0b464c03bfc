// The grammar of benchmark ids, `path/file.bench.ts::group::name[params]`, and the order that ids stand in.
// Pure text; brackets protect `::`.

/** What an id says about its place; each absent if the id does not say it. */
export interface IdParts {
  /** Before the first `::`. */
  readonly module?: string;
  /** The innermost qualifier between module and name. */
  readonly qualifier?: string;
  /** The last segment up to its `[`. */
  readonly func?: string;
}

/** The segments between the `::` that stand outside brackets. */
export function splitId(id: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < id.length; at += 1) {
    const character = id[at];
    if (character === '[') depth += 1;
    else if (character === ']') depth = Math.max(0, depth - 1);
    else if (character === ':' && depth === 0 && id[at + 1] === ':') {
      segments.push(id.slice(start, at));
      start = at + 2;
      at += 1;
    }
  }
  segments.push(id.slice(start));
  return segments;
}

/** An id without `::` has no parts. */
export function partsOfId(id: string): IdParts {
  const segments = splitId(id);
  if (segments.length < 2) return {};
  const last = segments.at(-1) ?? '';
  const bracket = last.indexOf('[');
  const func = bracket === -1 ? last : last.slice(0, bracket);
  const module = segments[0] ?? '';
  return segments.length === 2 ? { module, func } : { module, func, qualifier: segments.at(-2) ?? '' };
}

/** Where the brackets at a text's end open, balanced from the end; undefined if it has none there. */
export function bracketOf(text: string): number | undefined {
  if (!text.endsWith(']')) return undefined;
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ']') depth += 1;
    else if (text[at] === '[') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** The part after the last `::` that stands outside brackets. */
export function shortId(id: string): string {
  if (!id.includes('::')) return id;
  return splitId(id).at(-1) ?? id;
}

/** What each id is called in a table of these ids: its last segment, with as many before it as make it unique there. */
export function shortNames(ids: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [short, sharing] of groupBy(new Set(ids), shortId)) {
    const [only] = sharing;
    if (sharing.length === 1 && only !== undefined) names.set(only, short);
    else nameByDepth(sharing, names);
  }
  return names;
}

// Those that are alone at a depth are named by it, the others go one qualifier deeper.
function nameByDepth(sharing: readonly string[], names: Map<string, string>): void {
  let left = sharing.map((id) => ({ id, segments: splitId(id) }));
  for (let depth = 2; left.length > 0; depth += 1) {
    const alike = groupBy(left, ({ segments }) => segments.slice(-depth).join('::'));
    for (const [name, group] of alike) {
      for (const { id, segments } of group)
        if (group.length === 1 || segments.length <= depth) names.set(id, name);
    }
    left = left.filter(({ id }) => !names.has(id));
  }
}

function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Sorts texts by code point, in place. */
export function sortByCodePoints(texts: string[]): string[] {
  // PERF: the built-in order is by UTF-16 units, which is the same where no text has a surrogate.
  return texts.some((text) => surrogate.test(text)) ? texts.sort(compareCodePoints) : texts.sort();
}

const surrogate = /[\ud800-\udfff]/;

/** Orders texts by code point. WHY: `<` is not used, because it compares UTF-16 units, which puts U+FFxx after U+1F600. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return orderOf(left) - orderOf(right);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above all others of the basic plane.
function orderOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
