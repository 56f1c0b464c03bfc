// The frames and controls of a scatter of three and more runs: a slider, and buttons that play it. Pure.
import type { Figure, Frame, Layout, Trace } from './figure.js';
import type { Pairs } from './pairs.js';
import { plain, shorten } from './text.js';

/** One frame per step, all against the first run; the first frame is what the figure shows at the start. */
export function animated(steps: readonly Pairs[], traces: (step: Pairs) => Trace[], layout: Layout): Figure {
  const frames = steps.map((step, index): Frame => {
    const data = traces(step);
    return { name: String(index + 1), data, traces: data.map((_, at) => at) };
  });
  const go = { mode: 'immediate', transition: { duration: 300 }, frame: { duration: 600, redraw: false } };
  const sliderSteps = steps.map(({ headLabel }, index) => ({
    label: plain(shorten(headLabel, 24)),
    method: 'animate',
    args: [[String(index + 1)], go],
  }));
  const buttons = [
    { label: '▶', method: 'animate', args: [null, { ...go, fromcurrent: true }] },
    { label: '■', method: 'animate', args: [[null], { ...go, frame: { duration: 0 } }] },
  ];
  const controls = {
    sliders: [
      {
        active: 0,
        x: 0.12,
        len: 0.88,
        y: -0.16,
        pad: { t: 20 },
        currentvalue: { prefix: 'run: ' },
        steps: sliderSteps,
      },
    ],
    updatemenus: [
      {
        type: 'buttons',
        direction: 'left',
        showactive: false,
        x: 0,
        y: -0.16,
        xanchor: 'left',
        yanchor: 'top',
        pad: { t: 34 },
        buttons,
      },
    ],
  };
  return {
    data: frames[0]?.data as Trace[],
    layout: { ...layout, ...controls, height: Number(layout.height) + 110 },
    frames,
  };
}
