// The stacks of a profile by where their memory comes from: the function that called the allocator, and the line of the
// user's code that led to it. Pure.
import type { FigureName, Profile, ProfileFrame, ProfileStack } from '../model.js';
import { isInteresting, lineKey, lineOnly, siteOf } from './frames.js';
import { figureOf } from './metrics.js';

export interface Site {
  /** The function that called the allocator; absent for stacks without frames. */
  readonly leaf?: ProfileFrame;
  /** The line of the user's code; absent if the stacks have none. */
  readonly site?: ProfileFrame;
  /** The user's frames from that line outwards, of the largest stack. */
  readonly callers: readonly ProfileFrame[];
  readonly stacks: number;
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
}

/** Where a site's memory comes from: the user's line; of a function that is one itself, the caller of its largest stack. */
export function fromText(
  {
    leaf,
    site,
    callers = [],
  }: { readonly [Part in keyof Pick<Site, 'leaf' | 'site' | 'callers'>]?: Site[Part] | undefined },
  textOf: (frame: ProfileFrame) => string,
): string {
  if (site === undefined) return '';
  if (leaf === undefined || lineKey(leaf) !== lineKey(site)) return textOf(site);
  const [caller] = callers;
  return caller === undefined ? textOf(site) : `← ${textOf(caller)}`;
}

const mostCallers = 6;

interface GrowingSite {
  readonly leaf: ProfileFrame | undefined;
  readonly site: ProfileFrame | undefined;
  largest: ProfileStack;
  stacks: number;
  readonly figures: Partial<Record<FigureName, number>>;
}

/**
 * The sites at which `value` is not zero, the largest first; their other figures are of all their stacks. Equal ones stay
 * in the profile's order.
 */
export function sitesOf(profile: Profile, value: FigureName): Site[] {
  const found = new Map<string, GrowingSite>();
  for (const stack of profile.stacks) {
    const leaf = stack.frames.find(({ kind }) => kind !== 'thread');
    const site = siteOf(stack.frames);
    const key = [leaf, site].map((frame) => (frame === undefined ? '' : lineKey(frame))).join('\0\0');
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { leaf, site, largest: stack, stacks: 1, figures: { ...stack.figures } });
      continue;
    }
    if (figureOf(stack, value) > figureOf(known.largest, value)) known.largest = stack;
    known.stacks += 1;
    for (const name of profile.figures) {
      known.figures[name] = (known.figures[name] ?? 0) + figureOf(stack, name);
    }
  }
  return [...found.values()]
    .filter(({ figures }) => (figures[value] ?? 0) !== 0)
    .sort((a, b) => (b.figures[value] ?? 0) - (a.figures[value] ?? 0))
    .map(({ leaf, site, largest, stacks, figures }) => ({
      ...(leaf !== undefined && { leaf: lineOnly(leaf) }),
      ...(site !== undefined && { site: lineOnly(site) }),
      callers: callersOf(largest, site),
      stacks,
      figures,
    }));
}

function callersOf({ frames }: ProfileStack, site: ProfileFrame | undefined): ProfileFrame[] {
  if (site === undefined) return [];
  return frames
    .slice(frames.indexOf(site) + 1)
    .filter(isInteresting)
    .slice(0, mostCallers)
    .map(lineOnly);
}
