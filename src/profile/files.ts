// Files that naming reads: shared objects piece by piece, scripts and their maps whole. Each is read once per profile
// world, which lives as long as a run.
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { type ByteSource, readElf } from './names/elf.js';
import type { NamingWorld } from './names/frame-names.js';
import type { Folders } from './names/paths.js';
import { pathOfScript } from './names/paths.js';
import type { ScriptTexts } from './names/places.js';
import { type SymbolTable, symbolTable } from './names/symbols.js';

/** No script is larger; V8's own limit for a text is twice this. */
const largestText = 256 << 20;

export interface NamingGiven extends Folders, Pick<ScriptTexts, 'compiledFrom'> {
  readonly executable: string;
  readonly demangle: (name: string) => string;
}

/** The world as it is, for `nameStacks`. */
export function namingWorld(given: NamingGiven): NamingWorld {
  const symbols = new Map<string, SymbolTable | undefined>();
  return {
    ...given,
    textOf: (url) => readText(pathOfScript(url)),
    symbolsOf: (path) => {
      if (!symbols.has(path)) symbols.set(path, readSymbols(path));
      return symbols.get(path);
    },
  };
}

function readText(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= largestText ? readFileSync(path, 'utf8') : undefined;
  } catch {
    // A script need not be a file: then its functions keep the places that V8 gave them.
    return undefined;
  }
}

function readSymbols(path: string): SymbolTable | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    // An object that is gone: its functions are named by object and address.
    return undefined;
  }
  try {
    const elf = readElf(sourceOf(file));
    return elf === undefined ? undefined : symbolTable(elf);
  } finally {
    closeSync(file);
  }
}

function sourceOf(file: number): ByteSource {
  const stats = fstatSync(file);
  const size = stats.isFile() ? stats.size : 0;
  return {
    size,
    read: (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size) return undefined;
      const bytes = Buffer.alloc(length);
      return readSync(file, bytes, 0, length, offset) === length ? bytes : undefined;
    },
  };
}
