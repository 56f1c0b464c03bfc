// An id without one parameter's token: what pairs the values of a pivot. Pure.
import { isScalar, printScalar, type Scalar } from '../runfile/dims.js';
import { bracketOf } from '../runfile/ids.js';
import { pythonRepr } from './numbers.js';

/** `m::b[v1-10]` without `v1` is `m::b[10]`, `m::b[v1]` is `m::b`; undefined if the value is not a token of the id. */
export function foldId(
  id: string,
  name: string,
  value: Scalar,
  params: Readonly<Record<string, unknown>> | null | undefined,
): string | undefined {
  const open = bracketOf(id);
  if (open === undefined) return undefined;
  const inner = id.slice(open + 1, -1);
  const span = tokenSpan(inner, name, value, params);
  if (span === undefined) return undefined;
  const [start, end] = span;
  // The separator goes with the token: the one after it, or the one before the last.
  const rest =
    end < inner.length
      ? inner.slice(0, start) + inner.slice(end + 1)
      : inner.slice(0, Math.max(0, start - 1));
  return rest === '' ? id.slice(0, open) : `${id.slice(0, open)}[${rest}]`;
}

function tokenSpan(
  inner: string,
  name: string,
  value: Scalar,
  params: Readonly<Record<string, unknown>> | null | undefined,
): [start: number, end: number] | undefined {
  const texts = spellings(value);
  for (const text of texts.flatMap((spelling) => [`${name}=${spelling}`, spelling])) {
    const spans = spansOf(inner, text);
    if (spans.length === 0) continue;
    if (isOfOthers(text, name, spans.length, params)) return undefined;
    return spans.length === 1 ? spans[0] : chooseSpan(inner, name, spans, params);
  }
  return undefined;
}

// The same value may be spelled as another writer does: True, 10.0, 1e-05.
function spellings(value: Scalar): string[] {
  const text = printScalar(value);
  if (typeof value === 'boolean') return [text, value ? 'True' : 'False'];
  return typeof value === 'number' ? [text, pythonRepr(value)] : [text];
}

// A dim that is no parameter may have a parameter's value by chance: that token is the parameter's.
function isOfOthers(
  text: string,
  name: string,
  count: number,
  params: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  if (params === null || params === undefined || Object.hasOwn(params, name)) return false;
  const alike = Object.values(params).filter((value) => isScalar(value) && spellings(value).includes(text));
  return alike.length >= count;
}

function spansOf(inner: string, text: string): [number, number][] {
  const spans: [number, number][] = [];
  if (text === '') return spans;
  for (let at = inner.indexOf(text); at !== -1; at = inner.indexOf(text, at + 1)) {
    const end = at + text.length;
    const opens = at === 0 || separators.has(inner[at - 1] ?? '');
    const closes = end === inner.length || separators.has(inner[end] ?? '');
    if (opens && closes) spans.push([at, end]);
  }
  return spans;
}

const separators: ReadonlySet<string> = new Set(['-', ',']);

// Two parameters with the same value: the one whose place in the id is that of the dim, in either order.
function chooseSpan(
  inner: string,
  name: string,
  spans: readonly [number, number][],
  params: Readonly<Record<string, unknown>> | null | undefined,
): [number, number] | undefined {
  const names = Object.keys(params ?? {});
  for (const order of [names, [...names].reverse()]) {
    const texts = order.map((each) => String(params?.[each]));
    if (texts.join('-') !== inner) continue;
    const before = texts.slice(0, order.indexOf(name));
    const start = before.reduce((sum, text) => sum + text.length + 1, 0);
    const span = spans.find(([at]) => at === start);
    if (span !== undefined) return span;
  }
  return spans[0];
}
