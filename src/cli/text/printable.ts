// Makes text from outside (ids, paths, labels, a child's stderr) safe and measurable on a terminal.
// Everything that a renderer prints passes through here before colour is added.
import stringWidth from 'string-width';

// Control, format (bidirectional marks, zero-width and tag characters), line and paragraph separators, lone surrogates.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
// Visible ASCII and Latin-1, and the signs that tables themselves are made of.
const oneColumnEach = /^[ -~\u00a1-\u00ac\u00ae-\u00ff—…│─→µ]*$/;
const visibleAscii = /^[ -~]*$/;
const shortEscapes = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
/** Keeps a number and its unit on one line; `wrap` makes it a blank. */
export const noBreakSpace = '\u00a0';
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One line of `text`: whatever would move, recolour or reorder the terminal's text is shown as an escape. */
export function printable(text: string): string {
  // PERF: as above.
  if (visibleAscii.test(text)) return text;
  return text.replace(unprintable, escapeOf);
}

/** `text` with its line ends kept and its tabs as blanks; everything else as in `printable`. */
export function printableLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', '  ')))
    .join('\n');
}

/** `line` as no CI runner takes it for a command. WHY: they run what begins with `::` or `##[`, blanks aside. */
export function guardCommand(line: string): string {
  return /^\s*(::|##\[)/.test(line) ? `\\${line}` : line;
}

/** `text` made printable, and how many columns it takes. */
export function measured(text: string): { readonly text: string; readonly width: number } {
  // PERF: one look at the text is enough for nearly all cells.
  if (visibleAscii.test(text)) return { text, width: text.length };
  const safe = printable(text);
  return { text: safe, width: columnsOf(safe) };
}

/** How many terminal columns printable text takes. */
export function columnsOf(text: string): number {
  // PERF: nearly all text is of letters that take one column each; 20 times as fast.
  return oneColumnEach.test(text) ? text.length : stringWidth(text);
}

/** At most `columns` columns of `text`: the end gives way to `…`, or the start with `keep: 'end'`. */
export function truncate(text: string, columns: number, keep: 'start' | 'end' = 'start'): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  if (keep === 'end') graphemes.reverse();
  const kept: string[] = [];
  let used = 1;
  for (const grapheme of graphemes) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    kept.push(grapheme);
  }
  return keep === 'end' ? `…${kept.reverse().join('')}` : `${kept.join('')}…`;
}

/** `text` in lines of at most `columns` columns, broken at blanks but not at no-break ones; a longer word is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => pieces(long, columns))) {
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

function pieces(word: string, columns: number): string[] {
  if (columnsOf(word) <= columns) return [word];
  const cut: string[] = [''];
  for (const { segment } of segmenter.segment(word)) {
    const last = cut.at(-1) ?? '';
    if (last !== '' && columnsOf(last + segment) > columns) cut.push(segment);
    else cut[cut.length - 1] = last + segment;
  }
  return cut;
}

function escapeOf(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
