// Which benchmarks of earlier runs are today's under another id: by what a run file says (`formerly`), and by renames. Pure.
import { oneId, type Rename, type Renamer, renamer } from '../runfile/renames.js';
import type { SeriesRun } from '../runfile/store.js';

/** Answers today's ids of a run's benchmarks. Throws USAGE if two of them would have one. */
export type NamesToday = (run: SeriesRun) => readonly string[];

/** `runs` stand oldest first; the newest word about an id holds. `used` gets the left sides of the renames that renamed. */
export function todaysNames(
  runs: readonly SeriesRun[],
  renames: readonly Rename[],
  used: Set<string> = new Set(),
): NamesToday {
  const told = renamer(renames, used);
  const successors = successorsOf(runs);
  const known = new Map<string, string>();
  const today = (id: string) => {
    const found = known.get(id) ?? follow(id, told, successors);
    known.set(id, found);
    return found;
  };
  return (run) => namesIn(run, today, told);
}

/** From an id to the one that took its place. */
function successorsOf(runs: readonly SeriesRun[]): ReadonlyMap<string, string> {
  const successors = new Map<string, string>();
  for (const { figures } of runs) {
    for (const [row, former] of figures.names.formerly) {
      const id = figures.names.ids[row];
      if (id === undefined) continue;
      for (const old of former) if (old !== id) successors.set(old, id);
      // WHY: a benchmark that has its old id again is renamed no more.
      successors.delete(id);
    }
  }
  return successors;
}

// Chains are followed, and a circle ends where it began.
function follow(id: string, told: Renamer, successors: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  let now = id;
  while (!seen.has(now)) {
    seen.add(now);
    const next = told(now);
    now = next === now ? (successors.get(now) ?? now) : next;
  }
  return now;
}

function namesIn({ head, figures }: SeriesRun, today: Renamer, told: Renamer): readonly string[] {
  const { ids, formerly } = figures.names;
  const own = new Set(ids);
  const declared = new Set(formerly.flatMap(([, former]) => former));
  const origins = new Map<string, string>();
  return ids.map((id) => {
    const next = today(id);
    // WHY: another run said that the one took the other's place; in this run they are two benchmarks.
    const isAnother = next !== id && own.has(next) && !declared.has(id) && told(id) === id;
    const now = isAnother ? id : next;
    const other = origins.get(now);
    if (other !== undefined) throw oneId(other, id, now, head.path);
    origins.set(now, id);
    return now;
  });
}
