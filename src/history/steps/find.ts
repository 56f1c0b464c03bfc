// The steps of one series: exact ones where its figures repeat, else those that its noise leaves no doubt about; what it
// drifts by, and the level that it has now. Pure.
import { median } from '../../stats/summary.js';
import { type ExactPoint, exactChangesOf } from './exact.js';
import {
  type Certainty,
  type Drift,
  type Floors,
  fewestValues,
  type LevelChanges,
  levelChangesOf,
  shortestSegment,
} from './level-changes.js';

export interface StepPoint extends ExactPoint {
  /** How far apart two values must be to differ, in the metric's unit. */
  readonly resolution: number;
}

export interface Step {
  /** The first place of the new level. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
  /** The chance that nothing changed; 0 for an exact step. */
  readonly p: number;
  readonly isExact: boolean;
  /** False for one that is drawn and announced to nobody. */
  readonly isCertain: boolean;
}

export interface Steps {
  /** In order. */
  readonly steps: readonly Step[];
  readonly drift?: Drift;
  /** The median since the last certain step; of the last fifty runs where these are more. Absent for no value. */
  readonly level?: number;
  /** What a value may be from the level by chance: one standard deviation. */
  readonly sigma: number;
  /** True if the figure repeats. */
  readonly isExact: boolean;
}

/** What is announced: seven to nine runs show it, and never in hundreds of runs what is none. */
export const announced: Certainty = { penaltyPerLog: 4, mostChance: 1e-4 };
/** What is drawn besides. */
export const suspected: Certainty = { penaltyPerLog: 3, mostChance: 1e-3 };

const leastShare = 0.01;
const runsOfNow = 50;

/** `absolute` is the least change in the metric's unit that is one, for figures that vary. */
export function findSteps(points: readonly StepPoint[], { absolute }: Pick<Floors, 'absolute'>): Steps {
  const exact = exactChangesOf(points);
  const found: Step[] = (exact ?? []).map((change) => ({ ...change, p: 0, isExact: true, isCertain: true }));
  const edges = [0, ...found.map(({ at }) => at), points.length];
  let rest: Found | undefined;
  for (const [index, start] of edges.slice(0, -1).entries()) {
    rest = varyingIn(points.slice(start, edges[index + 1]), absolute);
    found.push(...rest.steps.map((step) => ({ ...step, at: step.at + start })));
  }
  found.sort((one, other) => one.at - other.at);
  // A drift is of the whole series, or none.
  const { drift } = edges.length === 2 ? (rest ?? {}) : {};
  const since = found.findLast(({ isCertain }) => isCertain)?.at ?? 0;
  const now = points.slice(Math.max(since, points.length - runsOfNow)).map(({ value }) => value);
  return {
    steps: found,
    ...(drift !== undefined && { drift }),
    ...(now.length > 0 && { level: median(now) }),
    sigma: rest?.sigma ?? 0,
    isExact: exact !== undefined,
  };
}

interface Found {
  readonly steps: readonly Step[];
  readonly drift?: Drift;
  readonly sigma: number;
}

function varyingIn(points: readonly StepPoint[], absolute: number): Found {
  const values = points.map(({ value }) => value);
  if (values.length < 2 || values.every((value) => value === values[0])) return { steps: [], sigma: 0 };
  const resolution = points.reduce((most, each) => Math.max(most, each.resolution), 0);
  const floors: Floors = { share: leastShare, absolute: Math.max(absolute, resolution) };
  if (values.length < fewestValues)
    return { steps: [], sigma: levelChangesOf(values, announced, floors).sigma };
  const certain = levelChangesOf(values, announced, floors);
  const weak = levelChangesOf(values, suspected, floors);
  const { drift } = certain;
  const steps = drift === undefined ? [...stepsOf(certain, true), ...newIn(weak, certain)] : [];
  return { steps, ...(drift !== undefined && { drift }), sigma: certain.sigma };
}

function stepsOf({ changes }: LevelChanges, isCertain: boolean): Step[] {
  return changes.map((change) => ({ ...change, isExact: false, isCertain }));
}

/** What is only suspected, and is not the same step found a few runs aside. */
function newIn(weak: LevelChanges, certain: LevelChanges): Step[] {
  const isNear = (at: number) =>
    certain.changes.some((change) => Math.abs(change.at - at) <= shortestSegment);
  return stepsOf(weak, false).filter(({ at }) => !isNear(at));
}
