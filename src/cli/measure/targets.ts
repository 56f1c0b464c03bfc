// Which exported functions a command line means. Pure: the exports of each file are handed in.
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { BenchmemError } from '../../errors.js';
import { nearest } from '../../stats/nearest.js';
import type { MeasureArgs } from './options.js';

/** What a module exports: the kind says what it is instead where it is no function. */
export interface ExportEntry {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'object' | 'value';
}

/** One function to be measured. */
export interface Target {
  /** The file in ids and tables: relative to the working folder, with forward slashes. */
  readonly file: string;
  readonly path: string;
  readonly name: string;
  readonly setup?: string;
}

/** The setup export that is used when none is named. */
const conventionalSetup = 'setup';

/** `file` as ids name it: the same on every machine where it can be. */
export function fileLabel(file: string, cwd: string): string {
  const path = relative(cwd, resolve(cwd, file));
  return (isAbsolute(path) ? file : path).split(sep).join('/');
}

/** The functions of one file that are to be measured, in the order of its exports. Throws EXPORT_NOT_FOUND, USAGE. */
export function selectTargets(
  file: { readonly label: string; readonly path: string },
  exports: readonly ExportEntry[],
  args: Pick<MeasureArgs, 'exports' | 'all' | 'setup'>,
): Target[] {
  const setup = chooseSetup(file.label, exports, args.setup);
  const names = chooseNames(file.label, exports, args, setup);
  return names.map((name) => ({
    file: file.label,
    path: file.path,
    name,
    // A set-up that is itself asked for is measured, not run before itself.
    ...(setup === undefined || setup === name ? {} : { setup }),
  }));
}

function chooseNames(
  label: string,
  exports: readonly ExportEntry[],
  args: Pick<MeasureArgs, 'exports' | 'all'>,
  setup: string | undefined,
): string[] {
  if (args.exports.length > 0) {
    return [...new Set(args.exports)].map((name) => requireFunction(label, exports, name, 'export'));
  }
  const functions = functionNames(exports).filter((name) => name !== setup);
  if (functions.length === 0) {
    throw new BenchmemError(
      'EXPORT_NOT_FOUND',
      `${label} exports no function to measure`,
      listExports(exports),
    );
  }
  if (args.all) return functions;
  if (functions.includes('default')) return ['default'];
  if (functions.length === 1) return functions;
  throw new BenchmemError(
    'USAGE',
    `${label} exports ${functions.length} functions: ${functions.join(', ')}`,
    `choose with --export ${functions[0]}, or take all of them with --all`,
  );
}

function chooseSetup(
  label: string,
  exports: readonly ExportEntry[],
  asked: MeasureArgs['setup'],
): string | undefined {
  if (asked === false) return undefined;
  if (asked !== undefined) return requireFunction(label, exports, asked, 'setup');
  return exports.some(({ name, kind }) => name === conventionalSetup && kind === 'function')
    ? conventionalSetup
    : undefined;
}

function requireFunction(
  label: string,
  exports: readonly ExportEntry[],
  name: string,
  flag: 'export' | 'setup',
): string {
  const entry = exports.find((candidate) => candidate.name === name);
  if (entry?.kind === 'function') return name;
  const purpose = flag === 'setup' ? ' for --setup' : '';
  if (entry !== undefined) {
    const hint = entry.kind === 'class' ? 'export a function that makes an instance' : listExports(exports);
    throw new BenchmemError(
      'EXPORT_NOT_FOUND',
      `${label}: ${name}${purpose} is ${kindTexts[entry.kind]}`,
      hint,
    );
  }
  const meant = nearest(name, functionNames(exports));
  throw new BenchmemError(
    'EXPORT_NOT_FOUND',
    `${label} has no export ${name}${purpose}`,
    meant === undefined ? listExports(exports) : `did you mean ${meant}? ${listExports(exports)}`,
  );
}

const kindTexts = { function: 'a function', class: 'a class', object: 'an object', value: 'a plain value' };

function listExports(exports: readonly ExportEntry[]): string {
  if (exports.length === 0) return 'it exports nothing: write `export function build() { … }`';
  const functions = exports.filter(({ kind }) => kind === 'function').map(({ name }) => name);
  if (functions.length === 0)
    return `it exports ${exports.map(({ name }) => name).join(', ')}, none of them a function`;
  return `its functions are ${functions.join(', ')}`;
}

function functionNames(exports: readonly ExportEntry[]): string[] {
  return exports.filter(({ kind }) => kind === 'function').map(({ name }) => name);
}
