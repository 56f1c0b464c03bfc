// JSON as strict as the standard, plus the bare NaN, Infinity and -Infinity that Python writes.
// INVARIANT: linear in the text; only a text that JSON.parse refuses pays for the second reading.

/** The value of `text`. Throws JSON.parse's own SyntaxError, which speaks of the text as it stands. */
export function parseTolerantJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/\b(NaN|Infinity)\b/.test(text)) throw error;
    const quoted = quoteConstants(text);
    if (quoted === undefined) throw error;
    try {
      return restore(JSON.parse(quoted.text), quoted.marker);
    } catch {
      throw error;
    }
  }
}

const constants = ['NaN', 'Infinity', '-Infinity'] as const;

// The constants outside strings, as marked strings. Undefined if there is none.
function quoteConstants(text: string): { text: string; marker: string } | undefined {
  let marker = '#number:';
  while (text.includes(marker)) marker = `#${marker}`;
  const pieces: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at);
    else if (character === capitalI || character === capitalN || character === minus) {
      const constant = constants.find((word) => text.startsWith(word, at));
      if (constant === undefined) at += 1;
      else {
        pieces.push(text.slice(copied, at), `"${marker}${constant}"`);
        at += constant.length;
        copied = at;
      }
    } else at += 1;
  }
  if (pieces.length === 0) return undefined;
  pieces.push(text.slice(copied));
  return { text: pieces.join(''), marker };
}

const quote = 0x22;
const backslash = 0x5c;
const capitalI = 0x49;
const capitalN = 0x4e;
const minus = 0x2d;

/** The place after the string that opens at `at`; the text's end for one that never closes. */
function endOfString(text: string, at: number): number {
  for (let place = at + 1; place < text.length; place += 1) {
    const character = text.charCodeAt(place);
    if (character === backslash) place += 1;
    else if (character === quote) return place + 1;
  }
  return text.length;
}

// WHY: a list stands in place of recursion, because the nesting is the file's choice.
function restore(value: unknown, marker: string): unknown {
  const root = { value };
  const pending: Record<string, unknown>[] = [root];
  for (let holder = pending.pop(); holder !== undefined; holder = pending.pop()) {
    for (const key of Object.keys(holder)) {
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) pending.push(inner as Record<string, unknown>);
      else if (typeof inner === 'string' && inner.startsWith(marker)) {
        holder[key] = Number(inner.slice(marker.length));
      }
    }
  }
  return root.value;
}
