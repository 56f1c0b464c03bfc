// Steps of figures that repeat exactly: any change of one is a step, and it is known at its first run. Pure.
// What a figure is depends on what it did, not on its metric: one that comes back to an earlier value every few runs does
// not repeat, and is left to the method for figures that vary.

/** One run's value. */
export interface ExactPoint {
  readonly value: number;
  /** Every pass of the run had this value, and the hooks stood before the program did. */
  readonly agrees: boolean;
}

export interface ExactChange {
  /** The first place of the new level. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** A level is known by so many runs in a row with one value. */
export const runsOfLevel = 5;

interface Level {
  readonly value: number;
  readonly start: number;
  /** Behind its last place. */
  end: number;
  /** The most places in a row whose passes agree. */
  longest: number;
}

/** Undefined for a figure that does not repeat; else its steps, in order. */
export function exactChangesOf(points: readonly ExactPoint[]): readonly ExactChange[] | undefined {
  const stretches = stretchesOf(points);
  const known = stretches.filter(isKnown).length;
  if (known === 0) return undefined;
  const { levels, visits } = withoutVisits(stretches);
  if (visits.length > known) return undefined;
  return levels.slice(1).flatMap((level, index): ExactChange[] => {
    const before = levels[index] as Level;
    const agree = points[before.end - 1]?.agrees === true && points[level.start]?.agrees === true;
    const isStep = isKnown(before)
      ? isKnown(level) || !isLikeVisits(level, before, visits)
      : isKnown(level) && !isLikeVisits(before, level, visits);
    return agree && isStep ? [{ at: level.start, before: before.value, after: level.value }] : [];
  });
}

function isKnown({ longest }: Level): boolean {
  return longest >= runsOfLevel;
}

function stretchesOf(points: readonly ExactPoint[]): Level[] {
  const stretches: Level[] = [];
  let agreeing = 0;
  for (const [at, { value, agrees }] of points.entries()) {
    const last = stretches.at(-1);
    const isSame = last?.value === value;
    agreeing = agrees ? (isSame ? agreeing : 0) + 1 : 0;
    if (isSame) {
      last.end = at + 1;
      last.longest = Math.max(last.longest, agreeing);
    } else stretches.push({ value, start: at, end: at + 1, longest: agreeing });
  }
  return stretches;
}

/** Levels, without the short stays elsewhere from which the figure came back: those are no change of level. */
function withoutVisits(stretches: readonly Level[]): { readonly levels: Level[]; readonly visits: Level[] } {
  const levels: Level[] = [];
  const visits: Level[] = [];
  for (const stretch of stretches) {
    const home = levels.findLastIndex(({ value }) => value === stretch.value);
    const between = home === -1 ? [] : levels.slice(home + 1);
    const isBack = home !== -1 && between.every((level) => !isKnown(level)) && isShort(between);
    if (isBack) {
      visits.push(...between);
      levels.length = home + 1;
      const level = levels[home] as Level;
      level.end = stretch.end;
      level.longest = Math.max(level.longest, stretch.longest);
    } else levels.push({ ...stretch });
  }
  return { levels, visits };
}

function isShort(levels: readonly Level[]): boolean {
  return levels.reduce((sum, { start, end }) => sum + end - start, 0) < runsOfLevel;
}

// WHY: a figure that visits a value now and then is there again, and only a stay shows that it is a level.
function isLikeVisits(short: Level, known: Level, visits: readonly Level[]): boolean {
  const reached = [known.value, ...visits.map(({ value }) => value)];
  return visits.length > 0 && short.value >= Math.min(...reached) && short.value <= Math.max(...reached);
}
