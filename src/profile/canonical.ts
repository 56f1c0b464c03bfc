// The one order of a profile: equal frames are one, equal stacks are added up, and both are sorted by what they are, so
// that two runs that measured the same give the same bytes. Pure.
import {
  type FigureName,
  figureNames,
  type Profile,
  type ProfileFrame,
  type ProfileObject,
  type ProfileStack,
} from './model.js';

/** A profile as a table of frames, and stacks as paths of indexes into it. */
export interface FrameTable {
  /** Distinct, sorted. */
  readonly frames: readonly ProfileFrame[];
  /** Per stack of the profile, its frames from the outermost one on. */
  readonly paths: readonly Uint32Array[];
}

/** Everything that a frame is. INVARIANT: two frames with one identity are interchangeable. */
export function identityOf(frame: ProfileFrame): string {
  const { kind, name, file, functionLine, line, column, object, address, rule } = frame;
  return [kind, object, name, file, functionLine, line, column, address, rule].map(identityPart).join('\0');
}

// WHY: it is padded, because numbers must sort as numbers.
function identityPart(part: string | number | undefined): string {
  return typeof part === 'number' ? String(part).padStart(16, '0') : (part ?? '');
}

export function frameTable(stacks: readonly ProfileStack[]): FrameTable {
  // PERF: one look-up per frame of a stack; everything else is done once per frame.
  const indexes = new Map<ProfileFrame, number>();
  const paths = stacks.map(({ frames }) => {
    const path = new Uint32Array(frames.length);
    for (let at = 0; at < frames.length; at += 1) {
      const frame = frames[at] as ProfileFrame;
      let index = indexes.get(frame);
      if (index === undefined) {
        index = indexes.size;
        indexes.set(frame, index);
      }
      path[frames.length - 1 - at] = index;
    }
    return path;
  });
  const identities = Array.from(indexes.keys(), identityOf);
  const byIdentity = new Map<string, ProfileFrame>();
  for (const frame of indexes.keys()) {
    const identity = identities[indexes.get(frame) as number] as string;
    if (!byIdentity.has(identity)) byIdentity.set(identity, frame);
  }
  const sorted = [...byIdentity].sort(([a], [b]) => compareTexts(a, b));
  const rankByIdentity = new Map(sorted.map(([identity], rank) => [identity, rank]));
  const ranks = Uint32Array.from(identities, (identity) => rankByIdentity.get(identity) as number);
  for (const path of paths) {
    for (let at = 0; at < path.length; at += 1) path[at] = ranks[path[at] as number] as number;
  }
  return { frames: sorted.map(([, frame]) => frame), paths };
}

/** The same profile in its one form: stacks that say nothing are left out. */
export function canonical(profile: Profile): Profile {
  const figures = figureNames.filter((name) => profile.figures.includes(name));
  const { frames, paths } = frameTable(profile.stacks);
  const order = paths.map((_, index) => index).sort((a, b) => comparePaths(paths[a], paths[b]));
  const stacks: ProfileStack[] = [];
  let previous: Uint32Array | undefined;
  for (const index of order) {
    const path = paths[index] as Uint32Array;
    const { figures: own } = profile.stacks[index] as ProfileStack;
    if (!figures.some((name) => (own[name] ?? 0) !== 0)) continue;
    if (previous !== undefined && comparePaths(previous, path) === 0) {
      const last = stacks.pop() as ProfileStack;
      stacks.push({ frames: last.frames, figures: sumOf(last.figures, own, figures) });
    } else {
      const named = Array.from(path, (rank) => frames[rank] as ProfileFrame).reverse();
      stacks.push({ frames: named, figures: sumOf({}, own, figures) });
    }
    previous = path;
  }
  return { meta: profile.meta, figures, objects: sortedObjects(profile.objects, frames), stacks };
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePaths(a: Uint32Array = new Uint32Array(), b: Uint32Array = new Uint32Array()): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function sumOf(
  a: ProfileStack['figures'],
  b: ProfileStack['figures'],
  names: readonly FigureName[],
): ProfileStack['figures'] {
  const sum: Partial<Record<FigureName, number>> = {};
  for (const name of names) sum[name] = (a[name] ?? 0) + (b[name] ?? 0);
  return sum;
}

// Node stays first: tools call the first object the program. One that only a frame names is one of them.
function sortedObjects(objects: readonly ProfileObject[], frames: readonly ProfileFrame[]): ProfileObject[] {
  const known = new Set(objects.map(({ name }) => name));
  const named = new Set(
    frames.flatMap(({ object = '' }) => (object === '' || known.has(object) ? [] : [object])),
  );
  const [first, ...rest]: ProfileObject[] = [...objects, ...[...named].map((name) => ({ name }))];
  if (first === undefined) return [];
  return [
    first,
    ...rest.sort((a, b) => compareTexts(a.name, b.name) || compareTexts(a.buildId ?? '', b.buildId ?? '')),
  ];
}
