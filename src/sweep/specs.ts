// What npm is told to install: a package at a version, or any spec that npm knows; and the names that results get.
// Pure text. SAFETY: nothing from here can be read as a flag or leave a folder.
import { isAbsolute, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';

/** `name@version`; folders and tarballs by their absolute path. Throws USAGE for what npm would read as a flag. */
export function installSpecOf(name: string, version: string, cwd: string): string {
  refuseFlag(name, 'a package');
  refuseFlag(version, 'a version');
  if (!/^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name)) {
    throw new BenchmemError(
      'USAGE',
      `${name} is not a package name`,
      'for example: benchmem sweep lru-cache 6.0.0 7.0.0 --suite bench.mjs',
    );
  }
  return `${name}@${isLocal(version) ? `file:${localPath(version, cwd)}` : version}`;
}

/** A pin as npm takes it. Throws USAGE. */
export function pinSpecOf(pin: string, cwd: string): string {
  refuseFlag(pin, 'a pin');
  return isLocal(pin) ? localPath(pin, cwd) : pin;
}

/** Throws USAGE for an empty text, and one that begins with `-`. */
export function refuseFlag(text: string, what: string): void {
  if (text !== '' && !text.startsWith('-') && !/[\0\r\n]/.test(text)) return;
  const shown = text === '' ? 'an empty text' : text;
  throw new BenchmemError(
    'USAGE',
    `${shown} is not ${what}`,
    'a version is one that npm install takes, like 7.0.0 or latest',
  );
}

/** A folder or file on this machine, as npm tells them from names. */
function isLocal(spec: string): boolean {
  return (
    spec.startsWith('file:') ||
    spec.startsWith('./') ||
    spec.startsWith('../') ||
    spec === '.' ||
    spec === '..' ||
    isAbsolute(spec)
  );
}

function localPath(spec: string, cwd: string): string {
  return resolve(cwd, spec.replace(/^file:/, ''));
}

const longestName = 80;

/** A file name that shows `text`: letters, digits, `.`, `_`, `+`, `-`; never hidden, never a path. */
export function safeFileName(text: string): string {
  const safe = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._+-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, longestName);
  return safe === '' ? 'version' : safe;
}

/** Makes names distinct, on file systems too that do not tell upper from lower case: `a`, `a_2`, `a_3`. */
export function distinctFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let count = 2; taken.has(candidate.toLowerCase()); count += 1) candidate = `${name}_${count}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}
