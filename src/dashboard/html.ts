// Markup that is escaped by construction: what stands between the braces of `html` is text, except when `html` made it. Pure.
// SAFETY: no other file of this folder makes an Html, so that a name from outside cannot become markup; what `constant` takes
// stands in the sources of this program.
import { escapeMarkup, printable } from '../text/escapes.js';

/** Text that is markup already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand between the braces; `undefined` and `false` are nothing. */
export type Content = Html | string | number | false | undefined | readonly Content[];

/** SAFETY: attributes stand in double quotes; a value of `href` or `src` comes from `Links` only. */
export function html(parts: readonly string[], ...contents: readonly Content[]): Html {
  const made = parts.map((part, at) => (at === 0 ? part : markupOf(contents[at - 1]) + part));
  return new Html(made.join(''));
}

/** Markup that is a constant of this program. */
export function constant(markup: string): Html {
  return new Html(markup);
}

function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escapeMarkup(printable(String(content)));
}

/** No name is longer where it is shown. */
const mostShown = 300;

/** A name from outside: its own direction, cut to what a page can show, with places where a line may end. */
export function nameText(name: string): Html {
  const characters = [...printable(name)];
  const shown =
    characters.length > mostShown ? `${characters.slice(0, mostShown).join('')}…` : characters.join('');
  // WHY: a line ends in these places alone, because an id that breaks inside its brackets or a word cannot be read.
  const parts = shown.split(/(?<=\/|::)|(?=\[)/);
  const [first = '', ...rest] = parts;
  return html`<bdi>${first}${rest.map((part) => html`<wbr>${part}`)}</bdi>`;
}

/** Data for a script of the page, in a block that is not run; each text in it as `textOf` makes it. */
export function dataBlock(id: string, value: unknown, textOf = (text: string) => text): Html {
  const replace = (_: string, each: unknown) => (typeof each === 'string' ? textOf(each) : each);
  // SAFETY: without `<` no text can end the block or open a comment in it.
  const json = JSON.stringify(value, replace).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="${id}">${new Html(json)}</script>`;
}
