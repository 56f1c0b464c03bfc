// The choice of a figure's axis: small steps are seen where it fits the values, and their size where it begins at zero. Pure.
// INVARIANT: the function uses no outer names: its source text becomes a part of a script.
import { callText } from '../../text/page-code.js';
import { type Html, html } from '../html.js';

/** Hidden until a script can do what it says. */
export const axisChoice: Html = html`<fieldset id="axis" hidden><legend>Axis</legend><label><input type="radio" name="axis" value="normal" checked>fits the values</label><label><input type="radio" name="axis" value="tozero">begins at zero</label></fieldset>`;

interface AxisWindow {
  readonly document: {
    getElementById(id: string): {
      hidden: boolean;
      addEventListener(
        name: string,
        listener: (event: { readonly target: { readonly value: string } }) => void,
      ): void;
    } | null;
  };
  readonly Plotly: { relayout(element: unknown, update: Readonly<Record<string, unknown>>): unknown };
}

export function followAxis({ document, Plotly }: AxisWindow): void {
  const choice = document.getElementById('axis');
  if (choice === null) return;
  choice.hidden = false;
  choice.addEventListener('change', ({ target }) => {
    Plotly.relayout(document.getElementById('plot'), {
      'yaxis.rangemode': target.value,
      'yaxis.autorange': true,
    });
  });
}

export const axisScript = callText(followAxis, 'window');
