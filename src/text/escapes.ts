// Text from outside (ids, paths, labels, a child's output) made safe for what shows it: a terminal, XML and HTML, markdown,
// workflow commands. Pure. INVARIANT: nothing of it moves a cursor, becomes markup, a link, a mention or a command.

// Control, format (bidirectional marks, zero-width and tag characters), line and paragraph separators, lone surrogates.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const visibleAscii = /^[ -~]*$/;
const shortEscapes = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** One line of `text`: whatever would move, recolour or reorder text, or cannot be seen, is shown as an escape. */
export function printable(text: string): string {
  // PERF: one look at the text is enough for nearly all cells.
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

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** `&`, `<` and `>` as entities. */
export function escapeTags(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character);
}

/** The same and `"`, so that the text may stand in an attribute in double quotes, too. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** The text of an XML element, with its line ends. */
export function xmlText(text: string): string {
  return escapeMarkup(withoutNonCharacters(printableLines(text)));
}

/**
 * The value of an XML attribute, with its quotes. WHY: it is one line, because readers turn the line ends of an attribute into
 * blanks.
 */
export function xmlAttribute(text: string): string {
  return `"${escapeMarkup(withoutNonCharacters(printable(text)))}"`;
}

/** `text` as a code span of a markdown table's cell, which a pipe would end. */
export function cellSpan(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

/**
 * `text` as a code span outside tables. WHY: there are no entities and no escapes, because a code span shows them as they are.
 */
export function codeSpan(text: string): string {
  const safe = printable(text);
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}

/** `text` as plain text of a markdown document. */
export function escapeMarkdown(text: string): string {
  return escapeTags(printable(text)).replace(/[\\`*_[\]|~]/g, '\\$&');
}

/** `text` as markdown shows it letter by letter: as it is if nothing in it could mean more, else as a code span. */
export function literal(text: string): string {
  const safe = printable(text);
  return safe === '' || isPlain(safe) ? safe : codeSpan(text);
}

/** As `literal`, for a table's cell. */
export function literalCell(text: string): string {
  return literal(text).replaceAll('|', '\\|');
}

/** The message of a GitHub workflow command. */
export function commandText(text: string): string {
  return printableLines(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The value of a property of a GitHub workflow command. */
export function commandProperty(text: string): string {
  return commandText(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** `line` as no CI runner takes it for a command. WHY: they run what begins with `::` or `##[`, blanks aside. */
export function guardCommand(line: string): string {
  return /^\s*(::|##\[)/.test(line) ? `\\${line}` : line;
}

// WHY: XML 1.0 cannot hold these two, and they are no characters of any other kind.
function withoutNonCharacters(text: string): string {
  return text.replace(/[\ufffe\uffff]/g, escapeOf);
}

// WHY: this is strict, because underscores at a word's edge, links, shortcodes (:name:), mentions and references all mean
// something.
function isPlain(text: string): boolean {
  return (
    /^[\p{L}\p{N}_./:[\]()=,+~%>— -]*$/u.test(text) &&
    !/(^|[^\p{L}\p{N}_])_|_($|[^\p{L}\p{N}_])/u.test(text) &&
    !/\][([:]|\[\^|:[\w+-]+:|:\/\/|www\.|~.*~/u.test(text)
  );
}

function escapeOf(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
