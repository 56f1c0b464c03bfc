// The public API `benchmem/plot`: runs or a loaded table in, a plotly figure out.
// What is not exported here may change at any time.
export { plotCompare } from './compare.js';
export {
  type Figure,
  type Frame,
  type Layout,
  type Plot,
  type PlotNote,
  type Trace,
  type View,
  views,
} from './figure.js';
export { plotHistory } from './history.js';
export { type HtmlOptions, nameSvg, renderHtml } from './html.js';
export type { Band, FreeAxes, PlotOptions, PlotSource, SortBy } from './options.js';
export { plotScaling } from './scaling.js';
export { plotScatter } from './scatter.js';
export { plotSweep } from './sweep.js';
export { plotView, viewFor } from './views.js';
