// Benchmarks that probably were renamed: one ends where another begins, and their figures repeat exactly the same. Pure.

import type { History, HistoryPoint, HistorySeries } from './series.js';
import { agrees } from './series-steps.js';

export interface ProbableRename {
  readonly from: string;
  readonly to: string;
}

/** What a benchmark's figures are, and at which runs it has any. */
interface Life {
  readonly first: number;
  readonly last: number;
  readonly firstFigures: string;
  readonly lastFigures: string;
}

/** Only pairs that leave no choice. */
export function probableRenames({
  series,
  runs,
}: Pick<History, 'series' | 'runs'>): readonly ProbableRename[] {
  const lives = livesOf(series);
  const newest = runs.findLastIndex(({ isHollow }) => !isHollow);
  const gone = [...lives].filter(([, { last }]) => last < newest);
  const found = gone.flatMap(([from, life]): ProbableRename[] => {
    const heirs = [...lives].filter(
      ([, heir]) => heir.first > life.last && heir.firstFigures === life.lastFigures,
    );
    const [heir] = heirs;
    return heirs.length === 1 && heir !== undefined ? [{ from, to: heir[0] }] : [];
  });
  return found.filter(({ to }) => found.filter((each) => each.to === to).length === 1);
}

function livesOf(series: readonly HistorySeries[]): ReadonlyMap<string, Life> {
  const points = new Map<string, { readonly text: string; readonly point: HistoryPoint }[]>();
  for (const { id, metric, points: own } of series) {
    const counted = own.filter((point) => !point.isHollow && point.headline > 0 && agrees(point, metric));
    const all = points.get(id) ?? [];
    all.push(...counted.map((point) => ({ text: `${metric.name}=${point.headline}`, point })));
    points.set(id, all);
  }
  const lives = new Map<string, Life>();
  for (const [id, own] of points) {
    if (own.length === 0) continue;
    const places = own.map(({ point }) => point.run);
    const [first, last] = [Math.min(...places), Math.max(...places)];
    const at = (run: number) =>
      own
        .filter(({ point }) => point.run === run)
        .map(({ text }) => text)
        .sort()
        .join(' ');
    lives.set(id, { first, last, firstFigures: at(first), lastFigures: at(last) });
  }
  return lives;
}
