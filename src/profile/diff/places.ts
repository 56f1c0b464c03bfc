// Which file of the base is which file of the head under another name, and the same for shared objects. Pure.
import type { ProfileFrame } from '../model.js';

/** Where a function stands: its file, or its object; '' for none. */
export function placeOf({ file, object }: ProfileFrame): string {
  return file ?? object ?? '';
}

const nameless = new Set(['', '(anonymous)', '(top level)']);

/** False for names that many functions have. */
export function hasName({ name }: ProfileFrame): boolean {
  return !nameless.has(name);
}

/** A name in so many places says nothing about which of them was renamed. */
const mostPlaces = 20;

interface Candidate {
  readonly base: string;
  readonly head: string;
  /** Functions of one name in both. */
  common: number;
}

/**
 * Places of the base that the head does not have, each with the one of the head, new there, that most of its functions
 * are in by name. One that fits two equally well is none.
 */
export function renamedPlaces(
  base: readonly ProfileFrame[],
  head: readonly ProfileFrame[],
): ReadonlyMap<string, string> {
  const [basePlaces, headPlaces] = [new Set(base.map(placeOf)), new Set(head.map(placeOf))];
  const gone = placesByName(base, headPlaces);
  const added = placesByName(head, basePlaces);
  const candidates = new Map<string, Candidate>();
  for (const [name, places] of gone) {
    const others = added.get(name);
    if (others === undefined || places.size > mostPlaces || others.size > mostPlaces) continue;
    for (const from of places)
      for (const to of others) {
        const key = `${from}\0${to}`;
        const known = candidates.get(key) ?? { base: from, head: to, common: 0 };
        known.common += 1;
        candidates.set(key, known);
      }
  }
  const all = [...candidates.values()];
  const [ofBase, ofHead] = [bestBy(all, 'base'), bestBy(all, 'head')];
  const renamed = all.filter((each) => ofBase.get(each.base) === each && ofHead.get(each.head) === each);
  return new Map(renamed.map((each) => [each.base, each.head]));
}

function placesByName(
  frames: readonly ProfileFrame[],
  others: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const frame of frames) {
    const place = placeOf(frame);
    if (place === '' || others.has(place) || !hasName(frame)) continue;
    const key = [frame.kind, frame.name, frame.package].join('\0');
    const places = found.get(key) ?? new Set();
    found.set(key, places.add(place));
  }
  return found;
}

// Of each place its best candidate; undefined if two are as good.
function bestBy(
  candidates: readonly Candidate[],
  side: 'base' | 'head',
): ReadonlyMap<string, Candidate | undefined> {
  const best = new Map<string, Candidate>();
  const tied = new Set<string>();
  for (const each of candidates) {
    const place = each[side];
    const known = best.get(place);
    const difference = known === undefined ? 1 : scoreOf(each) - scoreOf(known);
    if (difference > 0) best.set(place, each);
    if (difference > 0) tied.delete(place);
    if (difference === 0) tied.add(place);
  }
  return new Map([...best].map(([place, each]) => [place, tied.has(place) ? undefined : each]));
}

// A file that moved to another folder keeps its last name.
function scoreOf({ base, head, common }: Candidate): number {
  return common + (lastName(base) === lastName(head) ? 0.5 : 0);
}

function lastName(place: string): string {
  return place.slice(place.lastIndexOf('/') + 1);
}
