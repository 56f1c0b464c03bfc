// Where compiled modules are written: beside the sources' packages, beside the source, or in a cache of this user.
// INVARIANT: what is imported is what was compiled just now: a folder that holds anything else is not used.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OutputFile } from 'esbuild';
import { BenchmemError } from '../../errors.js';
import { ownFolder } from '../child/parent/own-folder.js';
import { makeFolderSync } from './make-folder-sync.js';
import { nearestNodeModules } from './transform-plugins.js';

export interface WrittenModules {
  readonly path: string;
  dispose(): void;
}

type Files = ReadonlyMap<string, Uint8Array>;

const keep = () => {};
const cacheDays = 7;

/** Written where bare imports find the packages of the source; undefined if nothing there can be written. */
export function writeNearSource(source: string, outputs: readonly OutputFile[]): WrittenModules | undefined {
  const files = filesOf(outputs);
  const name = nameOf(source, outputs);
  const nodeModules = nearestNodeModules(source);
  if (nodeModules !== undefined) {
    const cache = join(nodeModules, '.cache', 'benchmem');
    const path = tryWrite(join(cache, name), files);
    if (path !== undefined) {
      removeStale(cache);
      return { path, dispose: keep };
    }
  }
  const sibling = tryWrite(join(dirname(source), `.benchmem-${name}-${process.pid}`), files);
  return sibling === undefined ? undefined : { path: sibling, dispose: () => remove(sibling) };
}

/**
 * Written into this user's cache, or into a fresh temporary folder; the modules must not import anything by a bare
 * name. Throws TRANSFORM_FAILED.
 */
export function writeElsewhere(source: string, outputs: readonly OutputFile[]): WrittenModules {
  const files = filesOf(outputs);
  // The name tells places in these files from others: see source-places.ts.
  const name = `.benchmem-${nameOf(source, outputs)}`;
  const cache = privateCache();
  const cached = cache.folder === undefined ? undefined : tryWrite(join(cache.folder, name), files);
  if (cache.folder !== undefined && cached !== undefined) {
    removeStale(cache.folder);
    return { path: cached, dispose: keep };
  }
  const fresh = freshFolder(source, cache.flaw ?? 'it cannot be written');
  const path = tryWrite(join(fresh, name), files);
  if (path !== undefined) return { path, dispose: () => remove(fresh) };
  remove(fresh);
  throw nowhere(source, `${cache.flaw ?? 'the cache cannot be written'}, and neither can ${fresh}`);
}

function freshFolder(source: string, flaw: string): string {
  try {
    return ownFolder('benchmem-modules-');
  } catch (cause) {
    throw nowhere(source, `${flaw}; ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function nowhere(source: string, why: string, cause?: unknown): BenchmemError {
  return new BenchmemError(
    'TRANSFORM_FAILED',
    `nowhere to write the JavaScript of ${source}: its folder and its node_modules are read-only; ${why}`,
    'let XDG_CACHE_HOME or TMPDIR name a folder that can be written, or measure compiled JavaScript',
    { cause },
  );
}

// WHY: this is strict, because whoever can write there decides what this user runs.
function privateCache(): { readonly folder?: string; readonly flaw?: string } {
  const named = process.env.XDG_CACHE_HOME ?? '';
  const folder = join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'benchmem');
  try {
    makeFolderSync(folder, 0o700);
    const found = lstatSync(folder);
    if (!found.isDirectory()) return { flaw: `${folder} is not a folder` };
    if (found.uid !== process.getuid?.() && found.uid !== process.geteuid?.()) {
      return { flaw: `${folder} belongs to another user` };
    }
    if ((found.mode & 0o022) !== 0) return { flaw: `${folder} can be written by other users` };
    if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
    return { folder };
  } catch (error) {
    return { flaw: `${folder} cannot be used: ${error instanceof Error ? error.message : error}` };
  }
}

// WHY: the name comes from the content, because the same sources then have the same path, run after run.
function nameOf(source: string, outputs: readonly OutputFile[]): string {
  const hash = createHash('sha256');
  for (const { path, hash: content } of outputs) hash.update(`${path}\0${content}\0`);
  return `${basename(source, extname(source))}-${hash.digest('hex').slice(0, 12)}`;
}

function filesOf(outputs: readonly OutputFile[]): Files {
  return new Map(outputs.map((output) => [basename(output.path), contentsOf(output)]));
}

// A map names its sources by their place, wherever it is written. WHY: there are maps, because messages name lines of bench
// files.
function contentsOf({ path, contents, text }: OutputFile): Uint8Array {
  if (!path.endsWith('.map')) return contents;
  const map = JSON.parse(text) as { sources: string[] };
  const sources = map.sources.map((source) => pathToFileURL(resolve(dirname(path), source)).href);
  return Buffer.from(JSON.stringify({ ...map, sources }));
}

// Whole or not at all: another process may be writing the same folder. Undefined: the caller tries the next place.
function tryWrite(path: string, files: Files): string | undefined {
  if (holds(path, files)) return path;
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    makeFolderSync(unfinished);
    for (const [name, contents] of files) writeFileSync(join(unfinished, name), contents, { flag: 'wx' });
    putInPlace(unfinished, path, files);
  } catch {
    remove(unfinished);
  }
  return holds(path, files) ? path : undefined;
}

// WHY: what is there is not removed first, because what another process has put there meanwhile is this very content, and in use.
function putInPlace(unfinished: string, path: string, files: Files): void {
  try {
    renameSync(unfinished, path);
  } catch {
    if (!holds(path, files)) {
      // What stands there was cut short, or is not by us.
      rmSync(path, { recursive: true, force: true });
      renameSync(unfinished, path);
    }
    remove(unfinished);
  }
}

function holds(path: string, files: Files): boolean {
  try {
    if (!lstatSync(path).isDirectory()) return false;
    return [...files].every(([name, contents]) => readFileSync(join(path, name)).equals(contents));
  } catch {
    return false;
  }
}

function removeStale(cache: string): void {
  const oldest = Date.now() - cacheDays * 24 * 3600 * 1000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) < oldest) remove(path);
  }
}

// What cannot be removed is another user's, and no reason to fail.
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {}
}
