// Which view fits a number of runs, and a view by its name.
// Refuses options that a view would ignore in silence.
import { BenchmemError } from '../errors.js';
import { plotCompare } from './compare.js';
import type { Plot, View } from './figure.js';
import { plotHistory } from './history.js';
import type { PlotOptions, PlotSource } from './options.js';
import { plotScaling } from './scaling.js';
import { plotScatter } from './scatter.js';
import { plotSweep } from './sweep.js';

const drawers: Readonly<Record<View, (source: PlotSource, options: PlotOptions) => Plot>> = {
  scaling: plotScaling,
  scatter: plotScatter,
  compare: plotCompare,
  sweep: plotSweep,
  history: plotHistory,
};

/** The options that belong to some views only. */
const onlyFor: readonly (readonly [keyof PlotOptions, readonly View[]])[] = [
  ['x', ['scaling']],
  ['color', ['scaling']],
  ['log', ['scaling']],
  ['band', ['scaling']],
  ['clip', ['scatter']],
  ['sort', ['compare']],
];

/** One run scales, two are scattered, three and more are swept. */
export function viewFor(runs: number): View {
  if (runs <= 1) return 'scaling';
  return runs === 2 ? 'scatter' : 'sweep';
}

/** Throws INVALID_OPTION for an option that means nothing to the view, and what the view throws. */
export function plotView(view: View, source: PlotSource, options: PlotOptions = {}): Plot {
  for (const [option, fitting] of onlyFor) {
    if (options[option] === undefined || fitting.includes(view)) continue;
    throw new BenchmemError(
      'INVALID_OPTION',
      `${option} means nothing to the view ${view}`,
      `it belongs to ${fitting.join(', ')}`,
    );
  }
  return drawers[view](source, options);
}
