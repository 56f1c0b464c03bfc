// Text from outside as markdown shows it: rows, code spans, escapes. Pure.
// INVARIANT: nothing of it becomes markup, a link or a mention.
import { printable } from './printable.js';

export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

// WHY no entities: a code span shows them as they are; only backticks and pipes matter.
/** `text` as a code span of a table cell. */
export function codeSpan(text: string): string {
  const safe = printable(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}

export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
    .replace(/[\\`*_[\]|~]/g, '\\$&');
}

/** `text` as markdown shows it letter by letter: as it is where nothing in it could mean more, else a code span. */
export function literal(text: string): string {
  const safe = printable(text);
  return safe === '' || isPlain(safe) ? safe : codeSpan(text);
}

// WHY so strict: underscores at a word's edge, links, shortcodes (:name:), mentions and references all mean something.
function isPlain(text: string): boolean {
  return (
    /^[\p{L}\p{N}_./:[\]()=,+~%>— -]*$/u.test(text) &&
    !/(^|[^\p{L}\p{N}_])_|_($|[^\p{L}\p{N}_])/u.test(text) &&
    !/\][([:]|\[\^|:[\w+-]+:|:\/\/|www\.|~.*~/u.test(text)
  );
}
