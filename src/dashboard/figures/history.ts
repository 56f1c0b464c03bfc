// The history of one benchmark as a figure: its points, the level that each step left, and the steps. Pure.
// INVARIANT: a step stands on the point of its run.
import { changeOf, percentText } from '../../history/changes.js';
import type { HistoryPoint } from '../../history/series.js';
import { axisUnit, extentOf, nameAxis, panelLayout, panelsOf, valueAxis } from '../../plot/axes.js';
import type { Figure, Layout, Trace } from '../../plot/figure.js';
import { hoverText } from '../../plot/hover.js';
import { figureLayout } from '../../plot/layout.js';
import { plain, shorten, valueText } from '../../plot/text.js';
import { less, lineColors, more, same } from '../../plot/theme.js';
import type { BoardRun, BoardSeries, Scope } from '../board.js';

const mostBoundaries = 50;

export function historyFigure(series: BoardSeries, { runs, facts }: Pick<Scope, 'runs' | 'facts'>): Figure {
  const { metric, points } = series;
  const names = runs.map(({ head }) => shorten(head.stem, 40));
  const [panel] = panelsOf([undefined]);
  const extent = extentOf(points.flatMap(({ low, high, headline }) => [low, high, headline]));
  const x = nameAxis(names, 'runs', { title: { text: 'run' } });
  const y = valueAxis(metric.name, axisUnit(metric.unit), false, extent);
  const axes = panelLayout(panel === undefined ? [] : [panel], () => ({ x, y }), 'grid', undefined);
  const title = `${metric.name} of ${plain(shorten(series.id, 120))}`;
  return {
    data: [pointTrace(series, runs), levelTrace(series), ...stepTraces(series)],
    layout: figureLayout(title, subtitleOf(series), 460, {
      ...axes,
      showlegend: true,
      shapes: boundariesOf(points, facts),
    }),
  };
}

function subtitleOf({ points, steps, metric }: BoardSeries): string {
  const count = (noun: string, many: number) => `${many} ${noun}${many === 1 ? '' : 's'}`;
  const whiskers = points.some(({ low, high }) => low !== high) && metric.pass !== 'timing';
  return `${count('run', points.length)} · ${count('step', steps.length)}${whiskers ? ' · whiskers over the passes' : ''}`;
}

function pointTrace({ points, metric }: BoardSeries, runs: readonly BoardRun[]): Trace {
  // Rounds are many more than passes: their greatest says nothing of a level.
  const hasSpread = metric.pass !== 'timing' && points.some(({ low, high }) => low !== high);
  return {
    type: 'scatter',
    mode: 'markers',
    name: 'run',
    x: points.map(({ run }) => run),
    y: points.map(({ headline }) => headline),
    marker: {
      size: points.length > 200 ? 4 : 6,
      color: same,
      symbol: points.map(({ isHollow }) => (isHollow ? 'circle-open' : 'circle')),
    },
    ...(hasSpread && {
      error_y: {
        type: 'data',
        symmetric: false,
        array: points.map(({ high, headline }) => Math.max(0, high - headline)),
        arrayminus: points.map(({ low, headline }) => Math.max(0, headline - low)),
        thickness: 1,
        width: 0,
        color: same,
      },
    }),
    text: points.map((point) => pointText(point, runs[point.run], metric)),
    hovertemplate: '%{text}<extra></extra>',
  };
}

function pointText(
  { headline, low, high, isHollow }: HistoryPoint,
  run: BoardRun | undefined,
  { unit, pass }: BoardSeries['metric'],
): string {
  const { stem = '', commit, branch } = run?.head ?? {};
  const isSpread = low !== high && pass !== 'timing';
  return hoverText([
    `<b>${plain(shorten(stem, 60))}</b>`,
    plain([commit?.slice(0, 8), branch].filter(Boolean).join(' ')),
    valueText(headline, unit),
    isSpread ? `${valueText(low, unit)} … ${valueText(high, unit)}` : undefined,
    isHollow ? 'ended early, or of files that are in no commit: it counts nowhere' : undefined,
  ]);
}

function levelTrace({ points, steps, level }: BoardSeries): Trace {
  const first = points[0]?.run ?? 0;
  const last = points.at(-1)?.run ?? 0;
  const edges = [first, ...steps.map(({ run }) => run), last];
  const levels = [steps[0]?.before ?? level, ...steps.map(({ after }) => after)];
  const parts = levels.flatMap((value, at) => {
    const until = steps[at]?.lastBefore ?? last;
    return value === undefined ? [] : [{ from: edges[at] ?? first, until, value }];
  });
  return {
    type: 'scatter',
    mode: 'lines',
    name: 'level',
    // A gap between two levels: the line claims nothing of what lies between.
    x: parts.flatMap(({ from, until }) => [from, until, null]) as number[],
    y: parts.flatMap(({ value }) => [value, value, null]) as number[],
    line: { color: lineColors[0], width: 2 },
    hoverinfo: 'skip',
  };
}

const kinds = [
  { name: 'grew', isGrowth: true, isCertain: true, symbol: 'triangle-up', color: more },
  { name: 'fell', isGrowth: false, isCertain: true, symbol: 'triangle-down', color: less },
  { name: 'may have grown', isGrowth: true, isCertain: false, symbol: 'triangle-up-open', color: more },
  { name: 'may have fallen', isGrowth: false, isCertain: false, symbol: 'triangle-down-open', color: less },
] as const;

function stepTraces({ points, steps, metric }: BoardSeries): Trace[] {
  const values = new Map(points.map(({ run, headline }) => [run, headline]));
  return kinds.flatMap(({ name, isGrowth, isCertain, symbol, color }): Trace[] => {
    const own = steps.filter((step) => step.after > step.before === isGrowth && step.isCertain === isCertain);
    if (own.length === 0) return [];
    return [
      {
        type: 'scatter',
        mode: 'markers',
        name,
        x: own.map(({ run }) => run),
        y: own.map(({ run, after }) => values.get(run) ?? after),
        marker: { size: 13, color, symbol, line: { width: 2, color } },
        text: own.map(({ before, after }) => {
          const change = percentText(changeOf(before, after));
          return hoverText([
            `<b>${name}</b>`,
            `${valueText(before, metric.unit)} to ${valueText(after, metric.unit)}`,
            change,
          ]);
        }),
        hovertemplate: '%{text}<extra></extra>',
      },
    ];
  });
}

/** A dotted line where Node or the allocator became another: it may be why a figure moved. */
function boundariesOf(points: readonly HistoryPoint[], facts: Scope['facts']): Layout[] {
  const versions = (point: HistoryPoint | undefined) => facts[point?.run ?? -1]?.versions;
  return points
    .filter((point, at) => at > 0 && versions(point) !== versions(points[at - 1]))
    .slice(-mostBoundaries)
    .map(({ run }) => ({
      ...{ type: 'line', xref: 'x', yref: 'y domain', x0: run - 0.5, x1: run - 0.5, y0: 0, y1: 1 },
      line: { dash: 'dot', width: 1, color: same },
    }));
}
