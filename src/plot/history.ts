// The view `history`: a figure over the runs of a history, in the order of their commits; steps, levels and drifts. Pure.
import { BenchmemError } from '../errors.js';
import { type HistoryPoint, type HistoryRun, type HistorySeries, historyOf } from '../history/series.js';
import { type SteppedSeries, withSteps } from '../history/series-steps.js';
import { figuresOf } from '../runfile/figures.js';
import { headAt, headFacts } from '../runfile/heads.js';
import type { Run } from '../runfile/run.js';
import { knownMetric } from '../runfile/table.js';
import { headlineStat } from '../stats/metrics.js';
import {
  axisUnit,
  extentOf,
  hiddenInStack,
  nameAxis,
  type Panel,
  type PanelAxes,
  panelLayout,
  panelsOf,
  stackOf,
  valueAxis,
} from './axes.js';
import type { Layout, Plot, PlotNote, Trace } from './figure.js';
import { historyTraces } from './history-traces.js';
import { countIds, figureLayout } from './layout.js';
import type { FreeAxes, PlotOptions, PlotSource } from './options.js';
import { selectRows } from './selection.js';
import { plain, shorten } from './text.js';

export interface HistoryPicture {
  /** In the order of their commits. */
  readonly runs: readonly HistoryRun[];
  /** Of one metric. */
  readonly series: readonly SteppedSeries[];
}

const mostPanels = 60;
const panelPixels = 200;
/** Above and below the values, of the largest: what never changes is a line in the middle. */
const leastRoom = 0.02;

/** The history of some series of one metric, a panel per benchmark. Throws NOT_MEASURED for no series. */
export function historyPicture(
  { runs, series }: HistoryPicture,
  { freeAxes = 'y' }: Pick<PlotOptions, 'freeAxes'> = {},
): Plot {
  const [first] = series;
  if (first === undefined) {
    throw new BenchmemError(
      'NOT_MEASURED',
      'there is no series to draw',
      'choose another metric, or other runs',
    );
  }
  const all = [...new Set(series.map(({ id }) => id))];
  const ids = all.slice(0, mostPanels);
  const panels = panelsOf(ids.map((id) => (ids.length === 1 ? undefined : id)));
  const names = namesOf(series);
  const isMixed = new Set(series.map(names)).size > 1;
  const data = panels.flatMap(({ suffix }, index) =>
    series
      .filter(({ id }) => id === ids[index])
      .flatMap((each): Trace[] => historyTraces(each, { runs, suffix, names, isFirst: index === 0 })),
  );
  const { metric } = first;
  return {
    view: 'history',
    metric: metric.name,
    stat: headlineStat(metric),
    unit: metric.unit,
    figure: { data, layout: { ...layoutOf({ runs, series }, ids, panels, freeAxes), showlegend: isMixed } },
    ids: ids.length,
    notes: notesOf(all.length - ids.length),
  };
}

function layoutOf(
  { runs, series }: HistoryPicture,
  ids: readonly string[],
  panels: readonly Panel[],
  freeAxes: FreeAxes,
): Layout {
  const { metric, id } = series[0] as SteppedSeries;
  const axesOf = (_: Panel, index: number): PanelAxes => ({
    x: { ...runAxis(runs), ...hiddenInStack(index === ids.length - 1, freeAxes) },
    y: yAxis(series.filter((each) => each.id === ids[index])),
  });
  const { gap } = stackOf(
    ids.map(() => 1),
    freeAxes,
  );
  const weights = ids.map(() => panelPixels);
  const stack = { weights, gap, height: ids.length * panelPixels + gap * (ids.length - 1) };
  const isSingle = ids.length === 1;
  const subject = plain(shorten(isSingle ? id : countIds(ids.length), 80));
  return figureLayout(
    `${metric.name} over ${runs.length} runs`,
    `${subject} · ${headlineStat(metric)} of the passes`,
    isSingle ? 460 : stack.height + 200,
    panelLayout(panels, axesOf, isSingle ? 'grid' : stack, freeAxes),
  );
}

/** The history of runs that were read. Throws INVALID_OPTION, NOT_MEASURED, USAGE. */
export function plotHistory(source: PlotSource, options: PlotOptions = {}): Plot {
  if (!Array.isArray(source)) {
    throw new BenchmemError(
      'INVALID_OPTION',
      'a history is drawn of runs, and a table has no commits',
      'pass the runs',
    );
  }
  // WHY: rows are made too, because they say what is measured, and which benchmarks the filters leave.
  const { metric: name, ids } = selectRows(source as readonly Run[], options);
  const metric = knownMetric(name);
  const labels = options.labels ?? [];
  const runs = (source as readonly Run[]).map(({ path, label, file }, index) => {
    const stem = labels[index] ?? label;
    return { head: headAt({ path, folder: '', stem }, headFacts(file, stem)), figures: figuresOf(file) };
  });
  const asked = new Set(ids);
  const history = historyOf({ runs, unread: [] }, { metrics: [metric], isAsked: (id) => asked.has(id) });
  const series = history.series.map((each) => withSteps(each, history.runs));
  return historyPicture({ runs: history.runs, series }, options);
}

/** What tells the lines of one panel apart; '' where nothing has to. */
function namesOf(series: readonly HistorySeries[]): (of: HistorySeries) => string {
  const [environments, branches] = [
    new Set(series.map(({ environment }) => environment)),
    new Set(series.map(({ branch }) => branch)),
  ];
  return ({ environment, branch = 'no branch' }) =>
    [...(branches.size > 1 ? [branch] : []), ...(environments.size > 1 ? [environment] : [])].join(', ');
}

function runAxis(runs: readonly HistoryRun[]) {
  const names = runs.map(({ head }) => head.commit?.slice(0, 8) ?? head.stem);
  return nameAxis(names, 'runs', { showgrid: true });
}

// WHY: the axis does not begin at zero, because a step of a few percent would be a flat line there.
function yAxis(series: readonly SteppedSeries[]) {
  const values = series.flatMap(({ points }) => points.map(({ headline }: HistoryPoint) => headline));
  const unit = series[0]?.metric.unit ?? '';
  const [low, high] = extentOf(values);
  const room = Math.max((high - low) / 10, leastRoom * Math.max(Math.abs(low), Math.abs(high)));
  const range: [number, number] = [low - room, high + room];
  return { ...valueAxis('', axisUnit(unit), false, range), range, zeroline: false };
}

function notesOf(left: number): PlotNote[] {
  if (left <= 0) return [];
  return [
    {
      code: 'FACETS_LEFT_OUT',
      ids: left,
      message: `${countIds(left)} more than ${mostPanels} panels are not drawn: filter with --where`,
    },
  ];
}
