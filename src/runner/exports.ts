// The exported functions of a module as cases: what a module exports, and which of it a command line means. Pure.
import { BenchmemError } from '../errors.js';
import { nearest } from '../stats/nearest.js';

/** What a module exports: the kind says what it is instead where it is not a function. */
export interface ExportEntry {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'object' | 'value';
}

/** Which exports are measured, and how they are called. */
export interface ExportChoice {
  /** By name; empty: the default export or a single function, or with `all` every function. */
  readonly exports: readonly string[];
  readonly all: boolean;
  /** The set-up export; false: none, not even one called `setup`; undefined: `setup` where there is one. */
  readonly setup: string | false | undefined;
  /** The arguments of each call. */
  readonly callArguments: readonly unknown[];
}

/** A function to be measured, and the one that runs before it. */
export interface ChosenExport {
  readonly name: string;
  readonly setup?: string;
}

/** The setup export that is used when none is named. */
const conventionalSetup = 'setup';

/**
 * What a namespace exports. The names of a CommonJS module stand on its default export; `default` itself is listed only
 * where it is a function.
 */
export function exportsOf(namespace: Readonly<Record<string, unknown>>): ExportEntry[] {
  const { default: exported, ...named } = namespace;
  const properties = typeof exported === 'object' && exported !== null ? { ...exported } : {};
  const found = new Map(Object.entries({ ...properties, ...named }));
  found.delete('module.exports');
  found.delete('__esModule');
  if (typeof exported === 'function') found.set('default', exported);
  return [...found].map(([name, value]) => ({ name, kind: kindOf(value) }));
}

function kindOf(value: unknown): ExportEntry['kind'] {
  if (typeof value !== 'function') return typeof value === 'object' && value !== null ? 'object' : 'value';
  return /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
}

/** The functions of one file that are to be measured, in the order of its exports. Throws EXPORT_NOT_FOUND, USAGE. */
export function chooseExports(
  label: string,
  exports: readonly ExportEntry[],
  choice: Omit<ExportChoice, 'callArguments'>,
): ChosenExport[] {
  const setup = chooseSetup(label, exports, choice.setup);
  return chooseNames(label, exports, choice, setup).map((name) => ({
    name,
    // A set-up that is itself asked for is measured, not run before itself.
    ...(setup === undefined || setup === name ? {} : { setup }),
  }));
}

function chooseNames(
  label: string,
  exports: readonly ExportEntry[],
  choice: Pick<ExportChoice, 'exports' | 'all'>,
  setup: string | undefined,
): string[] {
  if (choice.exports.length > 0) {
    return [...new Set(choice.exports)].map((name) => requireFunction(label, exports, name, 'export'));
  }
  const functions = functionNames(exports).filter((name) => name !== setup);
  if (functions.length === 0) {
    throw new BenchmemError(
      'EXPORT_NOT_FOUND',
      `${label} exports no function to measure`,
      listExports(exports),
    );
  }
  if (choice.all) return functions;
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
  asked: ExportChoice['setup'],
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
