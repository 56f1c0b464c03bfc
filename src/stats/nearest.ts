// What somebody probably meant who typed a word that does not exist. Pure.

/** The candidate that is at most a third of its letters away from `word`. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

const longestCompared = 100;

/** All candidates, the nearest to `word` first; alike ones keep their order. */
export function nearestFirst(word: string, candidates: readonly string[]): string[] {
  // PERF: letters are compared in the square of their number.
  const distanceTo = (candidate: string) =>
    Math.max(word.length, candidate.length) > longestCompared
      ? Math.max(word.length, candidate.length)
      : editDistance(word.toLowerCase(), candidate.toLowerCase());
  return candidates
    .map((candidate) => ({ candidate, distance: distanceTo(candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

// Letters to insert, remove, replace, or swap with the next one.
function editDistance(from: string, to: string): number {
  const letters = [...from];
  let beforeLast: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of letters.entries()) {
    const current = [row + 1];
    for (let column = 0; column < to.length; column += 1) {
      const substituted = (previous[column] ?? 0) + (letter === to[column] ? 0 : 1);
      const swaps = letter === to[column - 1] && letters[row - 1] === to[column];
      const swapped = swaps ? (beforeLast[column - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(
        Math.min(substituted, swapped, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1),
      );
    }
    beforeLast = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
