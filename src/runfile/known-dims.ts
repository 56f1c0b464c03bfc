// What exists, for somebody who named a dim or a value that does not: the nearest first. Pure.
import { nearest, nearestFirst } from '../stats/nearest.js';
import type { Dims } from './dims.js';
import { compareCodePoints } from './ids.js';

const mostOffered = 20;

/** `a, b, c and 3 more`, the nearest to `word` first. */
export function offer(word: string, names: Iterable<string>): string {
  const known = nearestFirst(word, [...new Set(names)].sort(compareCodePoints));
  const more = known.length > mostOffered ? ` and ${known.length - mostOffered} more` : '';
  return known.slice(0, mostOffered).join(', ') + more;
}

/** Every dim of the benchmarks, by code point. */
export function dimNames(all: Iterable<Dims>): string[] {
  const names = new Set<string>();
  for (const dims of all) for (const name of dims.keys()) names.add(name);
  return [...names].sort(compareCodePoints);
}

/** What to type instead of the dim `name`. */
export function dimHint(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'the benchmarks have no dims at all';
  const meant = nearest(name, known);
  const offered = `the dims are ${offer(name, known)}`;
  return meant === undefined ? offered : `did you mean ${meant}? ${offered}`;
}

/** What to type instead of the value `text` of a dim. */
export function valueHint(dim: string, text: string, values: Iterable<string>): string {
  return `${dim} is ${offer(text, values)}`;
}
