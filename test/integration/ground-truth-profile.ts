// Compares a window's profile with the figures of the window: what all stacks have together, added up here once more,
// and that each stack ends in a thread and each node in the root.
import type { NativeReading, ProfileReading } from '../../src/native/contract.js';

const perStack = 9;
const firstThread = (1n << 62n) | 0x10000n;

/** In the order of ProfileReading.figures. */
export function columnSums({ figures }: ProfileReading): number[] {
  const sums = Array.from({ length: perStack }, () => 0);
  figures.forEach((figure, index) => {
    sums[index % perStack] = (sums[index % perStack] ?? 0) + figure;
  });
  return sums;
}

export function profileDiscrepancies(profile: ProfileReading, { program, sum }: NativeReading): string[] {
  const [allocations, bytes, temporary, , live, , peak, , atSum] = columnSums(profile);
  const figures: [string, number | undefined, number][] = [
    ['allocations', allocations, program.allocations],
    ['bytes', bytes, program.totalBytes],
    ['live', live, program.liveBytes],
    ['peak', peak, program.peakBytes],
    ['at the peak of the sum', atSum, sum.nativeAtPeakBytes],
    ['checked allocations', profile.totals.allocations, program.allocations],
    ['checked live', profile.totals.live, program.liveBytes],
  ];
  const wrong = figures.filter(([, got, wanted]) => got !== wanted);
  const found = wrong.map(([name, got, wanted]) => `profile: ${name}: expected ${wanted}, got ${got}`);
  if ((temporary ?? 0) > program.allocations) found.push(`profile: ${temporary} temporary allocations`);
  return [...found, ...shapeOf(profile)];
}

function shapeOf({ frames, nodes, stacks }: ProfileReading): string[] {
  const found: string[] = [];
  for (let node = 1; node < nodes.length / 2; node += 1) {
    const parent = nodes[2 * node] ?? Number.NaN;
    if (!(parent < node)) found.push(`profile: node ${node} has the parent ${parent}`);
    const key = frames[nodes[2 * node + 1] ?? Number.NaN];
    if (parent === 0 && !(key !== undefined && key >= firstThread && key < 1n << 63n)) {
      found.push(`profile: the outermost frame ${key} is no thread`);
    }
  }
  if (new Set(stacks).size !== stacks.length) found.push('profile: two stacks are one');
  return found;
}
