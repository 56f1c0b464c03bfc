// What a person looks for in a stack: their own code and their packages, among the frames of Node, V8 and the system. Pure.
import type { ProfileFrame } from '../model.js';

/** True for code of the project or of a package; false for Node's, V8's, the system's and benchmem's own. */
export function isInteresting({ kind, file, object, package: name }: ProfileFrame): boolean {
  if (name === 'benchmem') return false;
  if (kind === 'js') return file !== undefined && !file.startsWith('node:');
  if (kind === 'wasm') return true;
  if (kind !== 'native') return false;
  return name !== undefined || object === undefined || object.includes('/') || object.endsWith('.node');
}

/**
 * The innermost line of JavaScript that is the user's. Where there is none, the outermost native function that is: what
 * a thread of an addon was started for. Leaf first.
 */
export function siteOf(frames: readonly ProfileFrame[]): ProfileFrame | undefined {
  const own = frames.filter(isInteresting);
  return own.find(({ kind }) => kind === 'js') ?? own.at(-1);
}

/** What functions are told apart by: not by lines or addresses in them. */
export function functionKey({ kind, name, file, functionLine, object }: ProfileFrame): string {
  return [kind, name, file, functionLine, object].join('\0');
}

/** What calls are told apart by, as people see them: by line, not by address. */
export function lineKey(frame: ProfileFrame): string {
  return `${functionKey(frame)}\0${frame.line ?? ''}`;
}

/** The frame without what its key ignores. */
export function lineOnly({ column: _column, address: _address, ...frame }: ProfileFrame): ProfileFrame {
  return frame;
}

/** The frame without what `functionKey` ignores. */
export function functionOnly({
  line: _line,
  column: _column,
  address: _address,
  ...frame
}: ProfileFrame): ProfileFrame {
  return frame;
}

/** `src/rows.ts:12`, `sharp/lib/index.js:40`; of native code its package or its object; '' where nothing is known. */
export function placeText({ file, object, line, functionLine, package: name }: ProfileFrame): string {
  if (file === undefined) return name ?? object?.slice(object.lastIndexOf('/') + 1) ?? '';
  const shown = line ?? functionLine;
  return `${withoutModules(file)}${shown === undefined ? '' : `:${shown}`}`;
}

/** The name and, behind it, the place. */
export function frameText(frame: ProfileFrame): string {
  const place = placeText(frame);
  if (place === '' || frame.name.startsWith(`${place}+0x`)) return frame.name;
  return frame.kind === 'js' ? `${frame.name} ${place}` : `${frame.name} [${place}]`;
}

/** `frameText` without what makes names of C++ longer than a column: parameters, and the arguments of templates. */
export function shortFrameText(frame: ProfileFrame): string {
  if (frame.kind === 'js') return frameText(frame);
  const name = withoutParameters(frame.name);
  return frameText({ ...frame, name: name.length > longestShort ? withoutTemplates(name) : name });
}

const longestShort = 60;

function withoutTemplates(name: string): string {
  // There the signs are no brackets.
  if (/\boperator\b/.test(name)) return name;
  let depth = 0;
  let kept = '';
  for (const character of name) {
    if (character === '>' && depth > 0) depth -= 1;
    if (depth === 0) kept += character === '<' ? '<…' : character;
    if (character === '<') depth += 1;
  }
  return depth === 0 ? kept : name;
}

// From the end, so that `(anonymous namespace)` and `operator()` stay.
function withoutParameters(name: string): string {
  const end = /\)(?: const)?$/.exec(name)?.index;
  let depth = 0;
  for (let at = end ?? 0; at > 0; at -= 1) {
    if (name[at] === ')') depth += 1;
    if (name[at] === '(') depth -= 1;
    if (depth !== 0) continue;
    const rest = name.slice(0, at);
    return /[\w>\])]$/.test(rest) && !/\boperator$/.test(rest) ? rest : name;
  }
  return name;
}

function withoutModules(name: string): string {
  return name.startsWith('node_modules/') ? name.slice('node_modules/'.length) : name;
}
