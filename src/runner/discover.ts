// Which bench files a run is about: paths, folders and globs to files. Reads folders; loads nothing.
import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { BenchmemError } from '../errors.js';
import { nearest } from '../stats/nearest.js';

const benchFiles = '**/*.bench.{ts,mts,cts,js,mjs,cjs}';
const ignored = ['**/node_modules/**', '**/.git/**', '**/.benchmarks/**'];

/** A bench file; `label` is how ids name it: relative to the working folder, with forward slashes. */
export interface BenchFile {
  readonly label: string;
  readonly path: string;
}

/** The files that the words mean, each once, in the order of the words and then by name. Throws NO_BENCHMARKS. */
export async function discoverBenchFiles(words: readonly string[], cwd: string): Promise<BenchFile[]> {
  const found: string[] = [];
  for (const word of words.length === 0 ? [benchFiles] : words) {
    const paths = await pathsOf(word, cwd);
    if (paths.length === 0) throw words.length === 0 ? noBenchFile() : await noMatch(word, cwd);
    found.push(...paths.sort());
  }
  return [...new Set(found)].map((path) => ({ label: labelOf(path, cwd), path }));
}

async function pathsOf(word: string, cwd: string): Promise<string[]> {
  const path = resolve(cwd, word);
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile()) return [path];
  if (entry?.isDirectory()) return search(benchFiles, path);
  return search(word, cwd);
}

function search(pattern: string, cwd: string): Promise<string[]> {
  return glob(pattern, { cwd, ignore: ignored, absolute: true, onlyFiles: true, expandDirectories: false });
}

function labelOf(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return (isAbsolute(below) ? path : below).split(sep).join('/');
}

function noBenchFile(): BenchmemError {
  return new BenchmemError(
    'NO_BENCHMARKS',
    'there is no bench file below this folder',
    "write one, for example sort.bench.js: import { bench } from 'benchmem'; bench('sort', () => …)",
  );
}

async function noMatch(word: string, cwd: string): Promise<BenchmemError> {
  const labels = (await search(benchFiles, cwd)).map((path) => labelOf(path, cwd)).sort();
  const meant = nearest(word, labels);
  return new BenchmemError(
    'NO_BENCHMARKS',
    `no file matches ${word}`,
    meant === undefined ? 'check the path, or quote the glob' : `did you mean ${meant}?`,
  );
}
