// Which bench files a run is about: paths, folders and globs to files, and what only looks like one.
// Reads folders; loads nothing.
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { BenchmemError } from '../errors.js';
import { nearest } from '../stats/nearest.js';

const endings = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];
const benchFiles = `**/*.bench.{${endings.join(',')}}`;
const ignored = ['**/node_modules/**', '**/.git/**', '**/.benchmarks/**'];

// What other tools call bench files, and endings that nothing here compiles.
const code = [...endings, 'es6', 'coffee', 'vue', 'svelte'].join('|');
const lookAlike = new RegExp(`[._-]bench(mark)?s?\\.(${code})$`, 'i');

/** A file with benchmarks; `label` is how ids name it: relative to the working folder, with forward slashes. */
export interface NamedFile {
  readonly label: string;
  readonly path: string;
}

/** The files that the words mean, and those that a search through a folder passed over. */
export interface Discovered {
  /** Each once, in the order of the words and then by name. */
  readonly files: readonly NamedFile[];
  /** Labels of files that are named almost like bench files, and that no word names. */
  readonly passedOver: readonly string[];
}

/** Throws NO_BENCHMARKS. */
export async function discoverBenchFiles(words: readonly string[], cwd: string): Promise<Discovered> {
  const found: string[] = [];
  const similar: string[] = [];
  for (const word of words.length === 0 ? ['.'] : words) {
    const { paths, lookAlikes } = await pathsOf(word, cwd);
    similar.push(...lookAlikes);
    if (paths.length === 0) throw await nothingFound(words, word, cwd, lookAlikes);
    found.push(...paths.sort());
  }
  const taken = new Set(found);
  const passedOver = [...new Set(similar)].filter((path) => !taken.has(path)).sort();
  return {
    files: [...taken].map((path) => ({ label: labelOf(path, cwd), path })),
    passedOver: passedOver.map((path) => labelOf(path, cwd)),
  };
}

interface Found {
  readonly paths: string[];
  readonly lookAlikes: readonly string[];
}

async function pathsOf(word: string, cwd: string): Promise<Found> {
  const path = resolve(cwd, word);
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile()) return { paths: [path], lookAlikes: [] };
  if (!entry?.isDirectory()) return { paths: await search(word, cwd), lookAlikes: [] };
  const paths = await search(benchFiles, path);
  const taken = new Set(paths);
  const named = await search('**/*[bB][eE][nN][cC][hH]*.*', path);
  return { paths, lookAlikes: named.filter((file) => !taken.has(file) && lookAlike.test(basename(file))) };
}

async function nothingFound(
  words: readonly string[],
  word: string,
  cwd: string,
  lookAlikes: readonly string[],
): Promise<BenchmemError> {
  const [first] = [...lookAlikes].sort();
  if (first !== undefined) return onlyLookAlikes(word, labelOf(first, cwd), words.length === 0);
  return words.length === 0 ? noBenchFile() : noMatch(word, cwd);
}

function search(pattern: string, cwd: string): Promise<string[]> {
  return glob(globOf(pattern), {
    cwd,
    ignore: ignored,
    absolute: true,
    onlyFiles: true,
    expandDirectories: false,
  });
}

/** A pattern as it was typed: where folders are divided by a backslash, it escapes nothing. */
export function globOf(pattern: string, separator: string = sep): string {
  return pattern.split(separator).join('/');
}

/** `path` as ids name it: the same on every machine where it can be. */
export function labelOf(path: string, cwd: string): string {
  const below = relative(cwd, path);
  if (below === '') return '.';
  return (isAbsolute(below) ? path : below).split(sep).join('/');
}

/** What makes a file a bench file. */
export const benchFileNames = `bench files end in .bench.ts or another of ${endings.join(', ')}; name the file itself to run it`;

function onlyLookAlikes(word: string, label: string, isDefault: boolean): BenchmemError {
  return new BenchmemError(
    'NO_BENCHMARKS',
    `there is no bench file below ${isDefault ? 'this folder' : word}: ${label} only looks like one`,
    benchFileNames,
  );
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
