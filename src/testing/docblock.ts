// Settings of one file, out of the comment that it begins with: `/** @benchmem {"limits":{"peak":"5 MB"}} */`.
import { closeSync, openSync, readSync } from 'node:fs';
import { BenchmemError } from '../errors.js';
import { readShortSettings, type TestSettings } from './settings.js';

const mostBytes = 4096;

/** The settings of the file; undefined if it has none, or cannot be read. Throws INVALID_OPTION. */
export function fileSettings(path: string): TestSettings | undefined {
  return docblockSettings(beginningOf(path), path);
}

/** The settings in the text that a file begins with. Throws INVALID_OPTION; `origin` names the file. */
export function docblockSettings(text: string, origin: string): TestSettings | undefined {
  const comment = /^(?:#![^\n]*\n)?\s*\/\*\*?([\s\S]*?)\*\//.exec(text)?.[1];
  const given = comment && /^\s*\*?\s*@benchmem[ \t]+(.*?)\s*$/m.exec(comment)?.[1];
  return given ? pragmaSettings(given, origin) : undefined;
}

/** What stands behind `@benchmem`. Throws INVALID_OPTION. */
export function pragmaSettings(given: string, origin: string): TestSettings {
  const where = `@benchmem of ${origin}`;
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch (cause) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `${where} is no JSON: ${(cause as Error).message}`,
      'write it in one line: @benchmem {"limits":{"peak":"5 MB"}}',
      { cause },
    );
  }
  return readShortSettings(value, where);
}

function beginningOf(path: string): string {
  const buffer = Buffer.alloc(mostBytes);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, mostBytes, 0));
  } catch {
    // A file that does not exist as such: a virtual module, code from standard input. It can have no comment.
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
