// The functions of two profiles, each of the base with the one of the head that it is: by kind, name and place, never by
// line. Pure.
import type { Profile, ProfileFrame } from '../model.js';
import { functionKey, functionOnly } from '../reports/frames.js';
import { hasName, placeOf, renamedPlaces } from './places.js';

/** One function; what only one profile has lacks the other side. Lines of calls are no part of it. */
export interface JoinedFunction {
  readonly base?: ProfileFrame;
  readonly head?: ProfileFrame;
}

export interface JoinedFunctions {
  readonly functions: readonly JoinedFunction[];
  /** The index of a frame's function, by `functionKey`. */
  readonly baseOf: ReadonlyMap<string, number>;
  readonly headOf: ReadonlyMap<string, number>;
}

type Side = 'base' | 'head';
type Joined = Readonly<Record<Side, readonly ProfileFrame[]>>;
type Group = Record<Side, ProfileFrame[]> & { readonly place: string };

export function joinFunctions(base: Profile, head: Profile): JoinedFunctions {
  const frames = { base: functionsOf(base), head: functionsOf(head) };
  const renamed = renamedPlaces(frames.base, frames.head);
  const groups = new Map<string, Group>();
  for (const side of ['base', 'head'] as const) {
    for (const frame of frames[side]) {
      const own = placeOf(frame);
      const place = (side === 'base' ? renamed.get(own) : undefined) ?? own;
      groupOf(groups, [frame.kind, frame.name, place].join('\0'), place)[side].push(frame);
    }
  }
  const moved = editedPlaces([...groups.values()]);
  const joined = [...groups.values()].flatMap((group) => joinedBy(group, moved.get(group.place)));
  const classes = movedAway(joined);
  const indexes = { base: new Map<string, number>(), head: new Map<string, number>() };
  for (const [index, group] of classes.entries()) {
    for (const side of ['base', 'head'] as const) {
      for (const frame of group[side]) indexes[side].set(functionKey(frame), index);
    }
  }
  return { functions: classes.map(joinedFunction), baseOf: indexes.base, headOf: indexes.head };
}

/** The function as it is shown: the head's, where it has it. */
export function shownFunction({ base, head }: JoinedFunction): ProfileFrame {
  return (head ?? base) as ProfileFrame;
}

function joinedFunction({ base: [base], head: [head] }: Joined): JoinedFunction {
  return { ...(base !== undefined && { base }), ...(head !== undefined && { head }) };
}

function functionsOf({ stacks }: Profile): ProfileFrame[] {
  const seen = new Set<ProfileFrame>();
  const found = new Map<string, ProfileFrame>();
  for (const { frames } of stacks) {
    for (const frame of frames) {
      if (seen.has(frame)) continue;
      seen.add(frame);
      const key = functionKey(frame);
      if (!found.has(key)) found.set(key, functionOnly(frame));
    }
  }
  return [...found.values()].sort((a, b) => (a.functionLine ?? 0) - (b.functionLine ?? 0));
}

function groupOf(groups: Map<string, Group>, key: string, place: string): Group {
  const group = groups.get(key) ?? { base: [], head: [], place };
  groups.set(key, group);
  return group;
}

/** Places in which a function that has one namesake in the base begins on another line: true; on the same one: false. */
function editedPlaces(groups: readonly Group[]): ReadonlyMap<string, boolean> {
  const edited = new Map<string, boolean>();
  for (const { base, head, place } of groups) {
    const [[one, ...more], [other, ...others]] = [base, head];
    if (one === undefined || other === undefined || more.length + others.length > 0 || !hasName(one))
      continue;
    if (one.functionLine === undefined) continue;
    edited.set(place, edited.get(place) === true || one.functionLine !== other.functionLine);
  }
  return edited;
}

/**
 * Functions of one name in one file: which of the base is which of the head. A lone name is one function, wherever it
 * begins; of several, and of functions without a name, lines tell as far as they can.
 */
function joinedBy({ base, head }: Group, isEdited: boolean | undefined): Joined[] {
  const [first] = base;
  if (base.length === 1 && head.length === 1 && first !== undefined && hasName(first))
    return [{ base, head }];
  if (isEdited === true && base.length === head.length) {
    return base.map((frame, at) => ({ base: [frame], head: [head[at] as ProfileFrame] }));
  }
  const [ofBase, ofHead] = [byLine(base), byLine(head)];
  const isCommon = ({ functionLine }: ProfileFrame) => ofBase.has(functionLine) && ofHead.has(functionLine);
  const [onlyBase, onlyHead] = [base, head].map((frames) => frames.filter((frame) => !isCommon(frame))) as [
    ProfileFrame[],
    ProfileFrame[],
  ];
  const pairs = [...ofBase].flatMap(([line, frames]) => {
    const others = ofHead.get(line);
    return others === undefined ? [] : [{ base: frames, head: others }];
  });
  // WHY: they are one pair, because the file was edited, or nobody knows, and nothing says which of them is which.
  if (isEdited !== false && onlyBase.length > 0 && onlyHead.length > 0) {
    return [...pairs, { base: onlyBase, head: onlyHead }];
  }
  return [
    ...pairs,
    ...onlyBase.map((frame) => ({ base: [frame], head: [] })),
    ...onlyHead.map((frame) => ({ base: [], head: [frame] })),
  ];
}

function byLine(frames: readonly ProfileFrame[]): ReadonlyMap<number | undefined, readonly ProfileFrame[]> {
  const found = new Map<number | undefined, ProfileFrame[]>();
  for (const frame of frames) {
    const known = found.get(frame.functionLine);
    if (known === undefined) found.set(frame.functionLine, [frame]);
    else known.push(frame);
  }
  return found;
}

/** A name that one function left in the base and one in the head have, of one package, is one function in another file. */
function movedAway(classes: readonly Joined[]): Joined[] {
  const left = new Map<string, Joined[]>();
  for (const each of classes) {
    if (each.base.length + each.head.length !== 1) continue;
    const [frame] = [...each.base, ...each.head] as [ProfileFrame];
    if (!hasName(frame) || frame.kind === 'thread') continue;
    const key = [frame.kind, frame.name, frame.package].join('\0');
    const known = left.get(key);
    if (known === undefined) left.set(key, [each]);
    else known.push(each);
  }
  const joined = new Map<Joined, Joined>();
  const dropped = new Set<Joined>();
  for (const [one, other, ...more] of left.values()) {
    if (one === undefined || other === undefined || more.length > 0 || one.base.length === other.base.length)
      continue;
    joined.set(one, { base: [...one.base, ...other.base], head: [...one.head, ...other.head] });
    dropped.add(other);
  }
  return classes.filter((each) => !dropped.has(each)).map((each) => joined.get(each) ?? each);
}
