// Steps and drifts of a series that varies from run to run. Pure, without chance: the same values have the same answer.

import { median } from '../../stats/summary.js';
import { type Noise, noiseOf, withoutOutliers } from './noise.js';
import { rankTest, trendTest } from './rank-tests.js';
import { type Segmentation, segmentsOf } from './segments.js';

/** How sure a change must be. */
export interface Certainty {
  /** A cut costs so many times the logarithm of the length. */
  readonly penaltyPerLog: number;
  /** The chance at most that two neighbouring segments are of one level. */
  readonly mostChance: number;
}

/** How large a change must be at least. */
export interface Floors {
  /** Of the level before. */
  readonly share: number;
  /** In the metric's unit. */
  readonly absolute: number;
}

export interface LevelChange {
  /** The first place of the new level. */
  readonly at: number;
  /** Medians. */
  readonly before: number;
  readonly after: number;
  /** The chance that nothing changed. */
  readonly p: number;
}

export interface Drift {
  readonly from: number;
  readonly to: number;
  readonly p: number;
}

export interface LevelChanges {
  readonly changes: readonly LevelChange[];
  /** Where a line says more than the steps do. */
  readonly drift?: Drift;
  readonly sigma: number;
}

export const shortestSegment = 5;
/** With fewer values nothing is said. */
export const fewestValues = 2 * shortestSegment;
/** A drift is at least three times as large as the least step. */
const driftFactor = 3;
// WHY: it is not zero, because a figure that mostly repeats has no spread, and what is far below the least step need not be
// distinguished.
const leastSigmaOfFloor = 1 / 4;

export function levelChangesOf(
  values: readonly number[],
  certainty: Certainty,
  floors: Floors,
): LevelChanges {
  if (values.length < fewestValues) return { changes: [], sigma: noiseOf(values).sigma };
  const noise = atLeast(noiseOf(values), leastSigmaOfFloor * floorAt(median(values), floors));
  if (!(noise.sigma > 0)) return { changes: [], sigma: 0 };
  const calm = withoutOutliers(values, noise.sigma);
  const scale = noise.sigma * Math.sqrt(noise.inflation);
  const penalty = certainty.penaltyPerLog * Math.log(values.length);
  const found = segmentsOf(calm, scale, { penalty, shortest: shortestSegment });
  const changes = certainOf(values, found.cuts, { noise, certainty, floors });
  const drift = driftOf({ values, calm, scale, penalty, found, changes, noise, certainty, floors });
  return drift === undefined ? { changes, sigma: noise.sigma } : { changes: [], drift, sigma: noise.sigma };
}

/** The least change of a level that is one. */
export function floorAt(level: number, { share, absolute }: Floors): number {
  return Math.max(share * Math.abs(level), absolute);
}

function atLeast(noise: Noise, sigma: number): Noise {
  return noise.sigma >= sigma ? noise : { sigma, inflation: 1 };
}

interface Test {
  readonly noise: Noise;
  readonly certainty: Certainty;
  readonly floors: Floors;
}

/** The cuts that stand against both their neighbours. The weakest goes first, because without it the others may stand. */
function certainOf(values: readonly number[], cuts: readonly number[], test: Test): readonly LevelChange[] {
  let left = cuts;
  for (;;) {
    const edges = [0, ...left, values.length];
    const changes = left.map((at, index) =>
      changeAt(values, [edges[index] as number, at, edges[index + 2] as number], test.noise.inflation),
    );
    const doubts = changes.map((change) => doubtOf(change, test));
    const most = Math.max(0, ...doubts);
    if (most === 0) return changes;
    const weakest = doubts.indexOf(most);
    left = left.filter((_, index) => index !== weakest);
  }
}

function changeAt(
  values: readonly number[],
  [start, at, end]: readonly [number, number, number],
  inflation: number,
): LevelChange {
  const [left, right] = [values.slice(start, at), values.slice(at, end)];
  return { at, before: median(left), after: median(right), p: rankTest(left, right, inflation) };
}

/** 0 for a change that stands; those that may be chance are doubted more than those that are small. */
function doubtOf({ before, after, p }: LevelChange, { certainty, floors }: Test): number {
  if (p > certainty.mostChance) return 1 + p;
  const floor = floorAt(before, floors);
  const size = Math.abs(after - before);
  return size < floor || size === 0 ? 1 - size / (floor || 1) : 0;
}

interface Drifting extends Test {
  readonly values: readonly number[];
  readonly calm: readonly number[];
  readonly scale: number;
  readonly penalty: number;
  readonly found: Segmentation;
  readonly changes: readonly LevelChange[];
}

/** A staircase in one direction that one line fits better. */
function driftOf(given: Drifting): Drift | undefined {
  const { values, calm, scale, penalty, found, changes, noise, certainty, floors } = given;
  const slope = slopeOf(calm);
  const from = median(calm) - (slope * (calm.length - 1)) / 2;
  const to = from + slope * (calm.length - 1);
  if (slope === 0 || Math.abs(to - from) < driftFactor * floorAt(from, floors)) return undefined;
  if (changes.some(({ before, after }) => Math.sign(after - before) !== Math.sign(slope))) return undefined;
  const cost = calm.reduce((sum, value, at) => sum + ((value - from - slope * at) / scale) ** 2, penalty);
  if (cost >= found.cost) return undefined;
  const p = trendTest(values, noise.inflation);
  return p > certainty.mostChance ? undefined : { from, to, p };
}

/** The median slope of pairs at least a third of the series apart (Theil and Sen). */
function slopeOf(values: readonly number[]): number {
  const count = values.length;
  const apart = Math.max(1, Math.floor(count / 3));
  // PERF: of long series not every pair.
  const stride = Math.max(1, Math.floor(count / 60));
  const slopes: number[] = [];
  for (let early = 0; early + apart < count; early += 1) {
    for (let late = early + apart; late < count; late += stride) {
      slopes.push(((values[late] as number) - (values[early] as number)) / (late - early));
    }
  }
  return median(slopes);
}
