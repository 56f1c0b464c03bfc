// How many columns text takes on a terminal, and how it is cut and wrapped there. Everything that a renderer prints is
// made printable before colour is added.
import stringWidth from 'string-width';
import { printable } from '../text/escapes.js';

// Visible ASCII and Latin-1, and the signs that tables themselves are made of.
const oneColumnEach = /^[ -~\u00a1-\u00ac\u00ae-\u00ff—…│─→µ]*$/;
const visibleAscii = /^[ -~]*$/;
/** Keeps a number and its unit on one line; `wrap` makes it a blank. */
export const noBreakSpace = '\u00a0';

/** `text` made printable, and how many columns it takes. */
export function measured(text: string): { readonly text: string; readonly width: number } {
  // PERF: one look at the text is enough for nearly all cells; of short ones a loop is faster than an expression.
  let at = 0;
  while (at < text.length && isVisibleAscii(text.charCodeAt(at))) at += 1;
  if (at === text.length) return { text, width: at };
  const safe = printable(text);
  return { text: safe, width: columnsOf(safe) };
}

function isVisibleAscii(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

/** How many terminal columns printable text takes. */
export function columnsOf(text: string): number {
  // PERF: nearly all text is of letters that take one column each; 20 times as fast.
  return oneColumnEach.test(text) ? text.length : stringWidth(text);
}

let segmenter: Intl.Segmenter | undefined;

function graphemesOf(text: string): string[] {
  if (visibleAscii.test(text)) return [...text];
  // PERF: made when it is needed, because the first one of a process costs 30 ms.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** What stays of a text that is too long. Ids differ at both ends: of them the middle goes. */
export type Keep = 'start' | 'end' | 'ends';

/** At most `columns` columns of `text`: what does not stay gives way to `…`. */
export function truncate(text: string, columns: number, keep: Keep = 'start'): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  const graphemes = graphemesOf(text);
  const room = columns - 1;
  const head = keep === 'start' ? room : keep === 'end' ? 0 : Math.ceil(room / 2);
  const start = upTo(graphemes, head);
  const end = upTo(graphemes.reverse(), room - Math.max(head, columnsOf(start.join(''))));
  return `${start.join('')}…${end.reverse().join('')}`;
}

function upTo(graphemes: readonly string[], columns: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const grapheme of graphemes) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    kept.push(grapheme);
  }
  return kept;
}

/** `text` made printable, and one word to `wrap`: how an id stands in a sentence. */
export function unbroken(text: string): string {
  return printable(text).replaceAll(' ', noBreakSpace);
}

/** `text` in lines of at most `columns` columns, broken at blanks but not at no-break ones; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnsOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines.map((finished) => finished.replaceAll(noBreakSpace, ' '));
}
