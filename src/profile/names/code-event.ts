// V8's name of a piece of code, as its code events give it, taken apart: `JS:*name url:line:col`, `Builtin:ArrayMap`,
// `Script:~ url`, `RegExp:pattern`, `wasm:add` or `JS:add-0-liftoff` for WebAssembly. Pure text.
import type { FrameKind } from '../model.js';

export interface CodeName {
  readonly kind: Extract<FrameKind, 'js' | 'builtin' | 'wasm'>;
  readonly name: string;
  /** As V8 has it: a path, a `file:` URL, `node:…`, `evalmachine.<anonymous>`, … */
  readonly url?: string;
  /** Where the function begins; from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** How the tiers mark a function: they are one function. */
const tierMark = /^(?:~|\^|[+*]'?)/;
const wasmName = /^(.*)-(?:\d+|<anonymous>)-(?:none|liftoff|turbofan|turboshaft|interpreter)$/s;
/** What the name of a script begins with, behind a blank. */
const scriptStart = / (?=file:\/\/|node:|https?:|data:|blob:|wasm:|evalmachine\.|\[(?:worker )?eval|\/)/g;
const longest = 1000;

/** What is known of the script that a function is in. */
export interface KnownScripts {
  /** Its name, where V8 said which script it is. */
  readonly url?: string | undefined;
  /** Whether a text names a script; it decides where a name or a path has blanks of its own. */
  readonly isScript: (url: string) => boolean;
}

export function readCodeName(event: string, known: KnownScripts = { isScript: () => false }): CodeName {
  const colon = event.indexOf(':');
  const tag = colon < 0 ? '' : event.slice(0, colon);
  const rest = event.slice(colon + 1);
  switch (tag) {
    case 'JS':
    case 'Function':
    case 'LazyCompile': {
      const wasm = tierMark.test(rest) ? null : wasmName.exec(rest);
      if (wasm !== null) return { kind: 'wasm', name: shorten(wasm[1] || '(anonymous)') };
      return named(rest, '(anonymous)', known);
    }
    case 'wasm':
      return { kind: 'wasm', name: shorten(rest || '(anonymous)') };
    case 'Script':
      return named(rest, '(top level)', known);
    case 'Eval':
      return named(rest, '(eval)', known);
    case 'RegExp':
      return { kind: 'js', name: shorten(`RegExp /${rest}/`) };
    case 'Builtin':
      return { kind: 'builtin', name: shorten(rest) };
    case '':
      return { kind: 'builtin', name: shorten(event) };
    default:
      return { kind: 'builtin', name: shorten(`${tag} ${rest}`) };
  }
}

function named(text: string, nameless: string, known: KnownScripts): CodeName {
  const unmarked = text.replace(tierMark, '');
  const place = /^(.*):(\d{1,9}):(\d{1,9})$/s.exec(unmarked);
  const { name, url } = divide(place?.[1] ?? unmarked, known);
  return {
    kind: 'js',
    name: name === '' ? nameless : shorten(name),
    ...(url !== '' && { url }),
    ...(place !== null && { line: Number(place[2]), column: Number(place[3]) }),
  };
}

// A name may hold blanks (`get size`, computed names), and so may a path.
function divide(text: string, known: KnownScripts): { name: string; url: string } {
  if (known.url !== undefined && text.endsWith(` ${known.url}`)) {
    return { name: text.slice(0, -known.url.length - 1), url: known.url };
  }
  const cuts = [...text.matchAll(scriptStart)].map(({ index }) => index);
  const cut = cuts.find((at) => known.isScript(text.slice(at + 1))) ?? cuts.at(-1);
  if (cut !== undefined) return { name: text.slice(0, cut), url: text.slice(cut + 1) };
  // No script that we know the form of: V8 puts a blank between the name and what the script is called.
  const blank = text.lastIndexOf(' ');
  return blank < 0 ? { name: text, url: '' } : { name: text.slice(0, blank), url: text.slice(blank + 1) };
}

function shorten(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, longest)}…`;
}
