// Statistics of a whole profile: its sums, how large its allocations are, and who makes the most of them. Pure.
import { defined } from '../../shapes.js';
import {
  type FigureName,
  nativeFigureNames,
  type Profile,
  type ProfileFrame,
  type ProfileStack,
} from '../model.js';
import { isInteresting } from './frames.js';
import { histogram, type SizeBin } from './histogram.js';
import { figureOf, totalOf } from './metrics.js';
import { type Site, sitesOf } from './sites.js';

export interface StatsReport {
  /** Distinct stacks. */
  readonly stacks: number;
  readonly allocations?: number;
  readonly allocatedBytes?: number;
  readonly atPeakBytes?: number;
  readonly nativePeakBytes?: number;
  readonly leakedBlocks?: number;
  readonly leakedBytes?: number;
  readonly temporary?: number;
  /** An estimate, of another pass: in no other figure here. */
  readonly jsBytes?: number;
  /** Of all allocations, from 0 to 1; absent if there is none. */
  readonly temporaryShare?: number;
  /** Allocations by the mean size of those of their stack: a profile holds sums per stack, and not each size. */
  readonly sizes: readonly SizeBin[];
  readonly largestBySize: readonly Site[];
  readonly largestByCount: readonly Site[];
  readonly packages: readonly Share[];
  readonly threads: readonly Share[];
}

/** What one package or one kind of thread did; an allocation belongs to the innermost package on its stack. */
export interface Share {
  readonly name: string;
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
}

/** What no package is on the stack of. */
export const ownProject = '(this project)';
export const noOnes = '(Node and the system)';

export function stats(whole: Profile, { most = 5 }: { readonly most?: number } = {}): StatsReport {
  const profile = withoutSamples(whole);
  const [allocations, temporary] = [totalOf(profile, 'allocations'), totalOf(profile, 'temporary')];
  return {
    stacks: profile.stacks.length,
    ...defined({
      allocations,
      allocatedBytes: totalOf(profile, 'bytes'),
      atPeakBytes: totalOf(profile, 'sumBytes'),
      nativePeakBytes: totalOf(profile, 'peakBytes'),
      leakedBlocks: totalOf(profile, 'liveBlocks'),
      leakedBytes: totalOf(profile, 'liveBytes'),
      temporary,
      jsBytes: totalOf(whole, 'jsBytes'),
      temporaryShare:
        allocations === undefined || temporary === undefined || allocations === 0
          ? undefined
          : temporary / allocations,
    }),
    sizes: histogram(meanSizes(profile)),
    largestBySize: profile.figures.includes('bytes') ? sitesOf(profile, 'bytes').slice(0, most) : [],
    largestByCount: profile.figures.includes('allocations')
      ? sitesOf(profile, 'allocations').slice(0, most)
      : [],
    packages: sharesBy(profile, packageNameOf),
    threads: sharesBy(profile, (frames) => frames.findLast(({ kind }) => kind === 'thread')?.name ?? ''),
  };
}

// Stacks of native allocations alone.
function withoutSamples(profile: Profile): Profile {
  if (!profile.figures.includes('jsBytes')) return profile;
  const figures = nativeFigureNames.filter((name) => profile.figures.includes(name));
  const isNative = (stack: ProfileStack) => figures.some((name) => figureOf(stack, name) !== 0);
  return { ...profile, figures, stacks: profile.stacks.filter(isNative) };
}

function meanSizes(profile: Profile): Map<number, number> {
  const counts = new Map<number, number>();
  if (!profile.figures.includes('allocations') || !profile.figures.includes('bytes')) return counts;
  for (const stack of profile.stacks) {
    const allocations = figureOf(stack, 'allocations');
    if (allocations === 0) continue;
    const size = Math.round(figureOf(stack, 'bytes') / allocations);
    counts.set(size, (counts.get(size) ?? 0) + allocations);
  }
  return counts;
}

/** Whose an allocation is: of the innermost package on its stack. */
export function packageNameOf(frames: readonly ProfileFrame[]): string {
  const own = frames.find(isInteresting);
  return own === undefined ? noOnes : (own.package ?? ownProject);
}

function sharesBy(profile: Profile, nameOf: (frames: readonly ProfileFrame[]) => string): Share[] {
  const shares = new Map<string, Partial<Record<FigureName, number>>>();
  for (const stack of profile.stacks) {
    const name = nameOf(stack.frames);
    const figures = shares.get(name) ?? {};
    for (const figure of profile.figures) figures[figure] = (figures[figure] ?? 0) + figureOf(stack, figure);
    shares.set(name, figures);
  }
  const weight: FigureName = profile.figures.includes('bytes') ? 'bytes' : (profile.figures[0] ?? 'bytes');
  return [...shares]
    .map(([name, figures]) => ({ name, figures }))
    .sort((a, b) => (b.figures[weight] ?? 0) - (a.figures[weight] ?? 0) || (a.name < b.name ? -1 : 1));
}
