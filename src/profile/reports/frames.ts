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

/** The innermost line of JavaScript that is the user's; the innermost native code that is, where there is none. Leaf first. */
export function siteOf(frames: readonly ProfileFrame[]): ProfileFrame | undefined {
  const own = frames.filter(isInteresting);
  return own.find(({ kind }) => kind === 'js') ?? own[0];
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

/** `src/rows.ts:12`, `sharp/lib/sharp.js:40`, `libvips-cpp.so.8`; '' where nothing is known. */
export function placeText({ file, object, line, functionLine }: ProfileFrame): string {
  const name = withoutModules(file ?? object ?? '');
  const shown = line ?? functionLine;
  return name === '' || shown === undefined ? name : `${name}:${shown}`;
}

/** The name and, behind it, the place. */
export function frameText(frame: ProfileFrame): string {
  const place = placeText(frame);
  if (place === '' || frame.name.startsWith(place)) return frame.name;
  return frame.kind === 'js' ? `${frame.name} ${place}` : `${frame.name} [${place}]`;
}

function withoutModules(name: string): string {
  return name.startsWith('node_modules/') ? name.slice('node_modules/'.length) : name;
}
