// What runs in a served page: it says when a run was saved, and never replaces what one reads.
// INVARIANT: the function uses no outer names: its source text becomes a script.
import { callText } from '../text/page-code.js';

interface LiveElement {
  readonly dataset: { readonly events: string; readonly version: string };
  textContent: string;
  append(child: unknown): void;
}

interface LiveWindow {
  readonly document: {
    getElementById(id: string): LiveElement;
    createElement(name: string): { href: string; textContent: string };
  };
  readonly location: { readonly href: string };
  readonly EventSource: new (
    address: string,
  ) => { addEventListener(name: string, listener: (event: { readonly data: string }) => void): void };
}

export function followRuns({ document, location, EventSource }: LiveWindow): void {
  const place = document.getElementById('live');
  const events = new EventSource(place.dataset.events);
  events.addEventListener('runs', ({ data }) => {
    if (data === place.dataset.version) return;
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = 'The saved runs have changed: show them';
    place.textContent = '';
    place.append(link);
  });
}

export const liveScript = callText(followRuns, 'window');
