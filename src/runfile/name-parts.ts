// What a benchmark's id is made of: prefix, base, postfix and parameters, as in `m.ts::group::` `parse` `orig` `[10]`. Pure text.
// A postfix tells variants of one function apart; words for it are built in or configured.
import { isRecord } from '../shapes.js';
import { bracketOf, compareCodePoints, splitId } from './ids.js';
import type { RunBenchmark } from './schema.js';

export interface NameParts {
  /** `tests/f.ts::group::`; '' for an id without `::`. */
  readonly prefix: string;
  readonly base: string;
  /** What stands in the brackets at the end; null without any. */
  readonly parameters: string | null;
  /** One word, without separators; null for none. */
  readonly postfix: string | null;
}

/** The words that mean a postfix in every run. */
const builtIn = ['original', 'reference', 'baseline', 'orig', 'ref', 'old', 'new', 'candidate', 'cand'];

const separators = '[-_. ]+';
const leading = new RegExp(`^${separators}`);
const trailing = new RegExp(`${separators}$`);

/** The words of a configuration: texts that may hold commas, whose leading separators say nothing. */
export function postfixWords(texts: string | readonly string[] | undefined): readonly string[] {
  const list = texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;
  const words = list.flatMap((text) => text.split(',')).map((word) => word.trim().replace(leading, ''));
  return [...new Set(words.filter((word) => word !== ''))];
}

/** Configured and built-in words, the longest first. */
export function knownPostfixes(configured: readonly string[] = []): readonly string[] {
  return [...new Set([...configured, ...builtIn])].sort(
    (a, b) => b.length - a.length || compareCodePoints(a, b),
  );
}

/** The parts of an id; `postfixes` are what `knownPostfixes` answers. */
export function partsOfName(id: string, postfixes: readonly string[]): NameParts {
  const last = splitId(id).at(-1) ?? id;
  const prefix = id.slice(0, id.length - last.length);
  const { name, parameters } = splitParameters(last);
  for (const word of postfixes) {
    const base = withoutPostfix(name, word);
    if (base !== undefined) return { prefix, base, parameters, postfix: word };
  }
  return { prefix, base: name, parameters, postfix: null };
}

/** The same of a benchmark, whose file may say them itself: in `extra_info.pytest_park_name_parts`. */
export function partsOfBenchmark(
  { fullname, extra_info: extra }: Pick<RunBenchmark, 'fullname' | 'extra_info'>,
  postfixes: readonly string[],
): NameParts {
  const parts = partsOfName(fullname, postfixes);
  const stored = extra.pytest_park_name_parts;
  if (!isRecord(stored)) return parts;
  const { base_name: base, parameters, postfix } = stored;
  const [word] = typeof postfix === 'string' ? postfixWords([postfix]) : [];
  // WHY: stored parts count only with a postfix, because other words may be configured now than when the run was made.
  if (typeof base !== 'string' || base === '' || word === undefined) return parts;
  return {
    prefix: parts.prefix,
    base,
    parameters: typeof parameters === 'string' ? parameters : parts.parameters,
    postfix: word,
  };
}

/** What a run file says of a name with a postfix; undefined for a name without. */
export function storedParts({ base, parameters, postfix }: NameParts): Record<string, unknown> | undefined {
  if (postfix === null) return undefined;
  return { base_name: base, parameters, postfix: `_${postfix}` };
}

// The brackets are balanced from the end: what stands before the one that opens them is the name.
function splitParameters(text: string): { readonly name: string; readonly parameters: string | null } {
  const open = bracketOf(text);
  if (open === undefined) return { name: text, parameters: null };
  return { name: text.slice(0, open), parameters: text.slice(open + 1, -1) };
}

/** The name before the word, which a separator or a capital letter sets off; undefined if it does not end so. */
function withoutPostfix(name: string, word: string): string | undefined {
  const before = name.slice(0, Math.max(0, name.length - word.length));
  if (name.endsWith(word) && trailing.test(before)) return nonEmpty(before.replace(trailing, ''));
  const isCamelCase = /[\p{Ll}\p{Nd}]$/u.test(before) && name.endsWith(capitalized(word));
  return isCamelCase ? before : undefined;
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** `Orig` of `orig`; what begins with no letter can not be set off by one. */
function capitalized(word: string): string {
  const [first = ''] = word;
  const upper = first.toUpperCase();
  return upper === first.toLowerCase() ? '\u0000' : upper + word.slice(first.length);
}
