// What the flags of `benchmem measure`, and a config's settings, mean: the shared ones, which exports, and how to call them.
// Nothing is measured here.
import { refuseBesideCold } from '../../engine/options-beside.js';
import type { ExportChoice } from '../../runner/exports.js';
import type { MemorySettings } from '../../runner/settings.js';
import { defined } from '../../shapes.js';
import type { CommandLine, Parsed } from '../command.js';
import { numberOf } from '../option-flags.js';
import { nonEmpty, strings, usage } from '../option-values.js';
import { mergeParsed } from '../suite/config.js';
import { timeRuleFlags } from '../suite/flags.js';
import { readSuiteArgs, type SuiteArgs } from '../suite/options.js';
import type { World } from '../world.js';

export type OutputFormat = 'table' | 'md';

export interface MeasureArgs extends SuiteArgs {
  readonly files: readonly string[];
  /** What is measured is the loading of the files, which may be packages. */
  readonly loads: boolean;
  readonly choice: ExportChoice;
  readonly format: OutputFormat;
  readonly details: boolean;
  /** Columns, statistics or a kind of table were asked for. */
  readonly asksTable: boolean;
}

/** The typed meaning of parsed flags, over a config's. Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, world: World): Promise<MeasureArgs> {
  const config = await world.readConfig(world.cwd, parsed.config as string | undefined);
  return readMeasureArgs(mergeParsed('measure', config, withTimes(parsed)));
}

// A flag that says how times are taken asks for times.
function withTimes(parsed: Parsed): Parsed {
  const asksTimes = parsed.time === undefined && timeRuleFlags.some((name) => parsed[name] !== undefined);
  return asksTimes ? { ...parsed, time: true } : parsed;
}

function readMeasureArgs(parsed: Parsed): MeasureArgs {
  const files = readFiles(parsed);
  const loads = parsed.loads === true;
  if (loads) refuseBesideLoads(parsed);
  if (loads || parsed.cold === true) refuseBesideFirst(parsed, loads ? 'loads' : 'cold');
  const shared = readSuiteArgs(loads ? { ...parsed, cold: true } : parsed, { kind: 'measure', times: false });
  const format = parsed.format === 'md' ? 'md' : 'table';
  return {
    ...shared,
    files,
    loads,
    choice: readChoice(parsed),
    memory: shared.memory && { ...shared.memory, ...readCalls(parsed) },
    format,
    details: parsed.details === true,
    asksTable: ['columns', 'stats', 'table'].some((name) => parsed[name] !== undefined),
    // WHY: markdown is for a comment or a job summary, and annotations behind it would become part of that.
    reporters: shared.reporters ?? (format === 'md' ? [{ name: 'table' }] : undefined),
  };
}

/** True if the figures are written or compared. */
export function keepsFigures({ json, save, autosave, compare, reporters = [] }: MeasureArgs): boolean {
  const asked = [json, save, compare].some((value) => value !== undefined);
  return asked || autosave || reporters.some(({ name }) => name !== 'table');
}

function readChoice(parsed: Parsed): ExportChoice {
  const exports = strings(parsed.export);
  const all = parsed.all === true;
  if (all && exports.length > 0) {
    throw usage(
      '--all and --export contradict each other',
      'name the functions with --export, or take all of them',
    );
  }
  return {
    exports,
    all,
    setup: parsed.setup === false ? false : nonEmpty('--setup', parsed.setup, 'name an exported function'),
    callArguments: readArguments(parsed.args),
  };
}

function refuseBesideLoads(parsed: Parsed): void {
  const call = (['export', 'all', 'args', 'setup'] as const).find((name) => parsed[name] !== undefined);
  if (call !== undefined) {
    throw usage(`--loads calls no function, and --${call} is about one`, `leave out --loads or --${call}`);
  }
  if (parsed.time !== true) return;
  throw usage('--loads loads once, and times are of many rounds', 'leave out --loads or the flags of times');
}

// A first call is one call.
function refuseBesideFirst(parsed: Parsed, asked: 'cold' | 'loads'): void {
  const beside = {
    calls: numberOf('calls', parsed),
    warmup: numberOf('warmup', parsed),
    attached: parsed.attached === true,
  };
  refuseBesideCold(beside, (option) => `--${option === 'cold' ? asked : option}`);
}

function readCalls(parsed: Parsed): MemorySettings {
  return defined({
    calls: numberOf('calls', parsed),
    threads: parsed.threads as MemorySettings['threads'],
    exposePrivate: parsed['expose-private'] === true ? true : undefined,
  });
}

// `_` holds the command's name, then everything that is no flag.
function readFiles(parsed: Parsed): readonly string[] {
  const [, ...files] = strings(parsed._);
  if (files.length === 0 || files.includes('')) {
    throw usage('measure needs a FILE', 'for example: benchmem measure job.js --export build');
  }
  return files;
}

function readArguments(raw: unknown): readonly unknown[] {
  if (raw === undefined) return [];
  const example = "pass a JSON list, quoted for the shell: --args '[1000]'";
  let value: unknown;
  try {
    value = JSON.parse(String(raw));
  } catch (cause) {
    throw usage(`--args is not JSON: ${String(raw)}`, example, cause);
  }
  if (!Array.isArray(value)) throw usage(`--args must be a JSON list, not ${JSON.stringify(value)}`, example);
  return value;
}
