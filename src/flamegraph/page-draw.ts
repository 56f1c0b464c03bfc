// How the page draws a tree: where each node stands, the picture of those in sight, and which node is at a point.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page.
import type { Pencil } from './page-dom.js';
import type { Structure, Sums } from './page-view.js';

/** What is drawn: nodes, where each stands in pixels, and in which row, counted from the whole. */
export interface Places {
  readonly nodes: Int32Array;
  readonly x: Float64Array;
  readonly widths: Float64Array;
  readonly rows: Int32Array;
  /** How many rows there are. */
  readonly depth: number;
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Where the sight begins in the whole picture. */
  readonly top: number;
  readonly rowHeight: number;
  /** The whole stands at the bottom. */
  readonly isFlame: boolean;
}

export interface Ink {
  colorOf(name: string): string;
  toneOf(node: number): string;
  textOf(node: number): string;
  isAside(node: number): boolean;
  /** Undefined if nothing is searched for. */
  readonly matches: Uint8Array | undefined;
  readonly selected: number;
}

/** The node that is zoomed to and its callers are as wide as the picture; what is narrower than a pixel is left out. */
export function placesOf(
  { parents, depths, firsts }: Structure,
  { total, starts, children }: Sums,
  zoom: number,
  width: number,
): Places {
  const least = 0.7;
  const nodes: number[] = [];
  const x: number[] = [];
  const widths: number[] = [];
  const put = (node: number, left: number, wide: number) => {
    nodes.push(node);
    x.push(left);
    widths.push(wide);
  };
  for (let node = parents[zoom] as number; node !== -1; node = parents[node] as number) put(node, 0, width);
  const scale = total[zoom] === 0 ? 0 : width / (total[zoom] as number);
  const ahead = [zoom];
  put(zoom, 0, width);
  for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
    for (let at = firsts[node] as number; at < (firsts[node + 1] as number); at += 1) {
      const child = children[at] as number;
      const wide = (total[child] as number) * scale;
      if (wide < least) continue;
      put(child, ((starts[child] as number) - (starts[zoom] as number)) * scale, wide);
      ahead.push(child);
    }
  }
  const rows = new Int32Array(nodes.map((node) => depths[node] as number));
  return {
    nodes: new Int32Array(nodes),
    x: new Float64Array(x),
    widths: new Float64Array(widths),
    rows,
    depth: rows.reduce((most, row) => Math.max(most, row + 1), 1),
  };
}

/** The upper edge of a row, in the sight. */
export function rowTop(row: number, depth: number, { top, rowHeight, isFlame }: Sheet): number {
  return (isFlame ? depth - 1 - row : row) * rowHeight - top;
}

export function drawPlaces(pencil: Pencil, places: Places, sheet: Sheet, ink: Ink): void {
  const { width, height, rowHeight } = sheet;
  const colors = new Map<string, string>();
  const color = (name: string) => {
    const known = colors.get(name) ?? ink.colorOf(name);
    colors.set(name, known);
    return known;
  };
  pencil.clearRect(0, 0, width, height);
  pencil.textBaseline = 'middle';
  pencil.font = '12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
  for (let at = 0; at < places.nodes.length; at += 1) {
    const y = rowTop(places.rows[at] as number, places.depth, sheet);
    if (y + rowHeight < 0 || y > height) continue;
    const node = places.nodes[at] as number;
    const [left, whole] = [places.x[at] as number, places.widths[at] as number];
    const wide = Math.max(0.5, whole - (whole > 3 ? 1 : 0));
    const isMatch = ink.matches?.[node] === 1;
    pencil.globalAlpha = ink.matches === undefined || isMatch ? 1 : 0.45;
    pencil.fillStyle = color(isMatch ? 'match' : ink.toneOf(node));
    pencil.fillRect(left, y, wide, rowHeight - 1);
    if (ink.isAside(node)) hatch(pencil, left, y, wide, rowHeight - 1, color('hatch'));
    if (wide > 24) {
      pencil.fillStyle = color(isMatch ? 'match-text' : 'block-text');
      const text = cutText(pencil, ink.textOf(node), wide - 8);
      pencil.fillText(text, left + 4, y + rowHeight / 2);
    }
    pencil.globalAlpha = 1;
    if (node === ink.selected) {
      pencil.strokeStyle = color('selected');
      pencil.lineWidth = 2;
      pencil.strokeRect(left + 1, y + 1, Math.max(1, wide - 2), rowHeight - 3);
    }
  }
}

export function hatch(
  pencil: Pencil,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  pencil.save();
  pencil.beginPath();
  pencil.rect(x, y, width, height);
  pencil.clip();
  pencil.strokeStyle = color;
  pencil.lineWidth = 1;
  pencil.beginPath();
  for (let at = x - height; at < x + width; at += 7) {
    pencil.moveTo(at, y + height);
    pencil.lineTo(at + height, y);
  }
  pencil.stroke();
  pencil.restore();
}

/** As much of the text as fits, its end cut. */
export function cutText(pencil: Pencil, text: string, room: number): string {
  // WHY: it is cut before it is measured, because a name may be thousands of letters long.
  const most = Math.floor(room / 3);
  const short = text.length > most ? text.slice(0, most) : text;
  const wide = pencil.measureText(short).width;
  if (wide <= room && short === text) return text;
  let kept = Math.min(short.length, Math.floor((short.length * room) / Math.max(1, wide)));
  while (kept > 0 && pencil.measureText(`${short.slice(0, kept)}…`).width > room) kept -= 1;
  return kept < 2 ? '' : `${short.slice(0, kept)}…`;
}

/** The node at a point of the sight; undefined for none. */
export function nodeAt(places: Places, sheet: Sheet, x: number, y: number): number | undefined {
  const line = Math.floor((y + sheet.top) / sheet.rowHeight);
  const row = sheet.isFlame ? places.depth - 1 - line : line;
  for (let at = 0; at < places.nodes.length; at += 1) {
    if (places.rows[at] !== row) continue;
    const left = places.x[at] as number;
    if (x >= left && x < left + (places.widths[at] as number)) return places.nodes[at];
  }
  return undefined;
}
