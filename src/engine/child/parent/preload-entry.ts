// The preload library under a name that LD_PRELOAD can hold: blanks and colons separate its entries.
import { rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ownFolder } from './own-folder.js';

export interface PreloadEntry {
  readonly path: string;
  dispose(): void;
}

/** The library itself, or a link to it in a folder of its own, which `dispose` removes. */
export function preloadEntry(library: string): PreloadEntry {
  if (isPlain(library)) return { path: library, dispose: () => {} };
  const parent = isPlain(tmpdir()) ? tmpdir() : '/tmp';
  const folder = ownFolder('benchmem-', parent);
  const path = join(folder, basename(library));
  symlinkSync(library, path);
  return { path, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

function isPlain(path: string): boolean {
  return !/[\s:]/.test(path);
}
