// The config of `benchmem run` and `benchmem measure`: benchmem.config.{ts,mts,cts,js,mjs,cjs} or package.json's `benchmem` key, as parsed flags.
// Its keys are the flags in camel case; an unknown key is an error.
import { badConfig as bad, type FoundConfig, findConfig } from '../../engine/modules/config-file.js';
import { BenchmemError } from '../../errors.js';
import { isRecord, isTexts } from '../../shapes.js';
import { nearest } from '../../stats/nearest.js';
import { readTestsConfig } from '../../testing/settings.js';
import { parseThreshold } from '../../text/limit-grammar.js';
import { strings } from '../option-values.js';
import { flagChoices, flagKind, type SuiteFlag, settingsOfRuns, suiteFlagNames } from './flags.js';
import { readSuiteArgs } from './options.js';

// What a config cannot say: which config, and what holds for one invocation only.
const notInConfig = ['config', 'shard', 'rename'] as const satisfies readonly SuiteFlag[];
const isInConfig = (flag: string): boolean => !(notInConfig as readonly string[]).includes(flag);

/** The flags that a config may set. */
export type ConfigFlag = Exclude<SuiteFlag, (typeof notInConfig)[number]>;

// Settings that no flag can give, each with an example.
const objectsOfTexts: ReadonlyMap<string, string> = new Map([
  ['renames', "{ 'a.bench.ts::old': 'a.bench.ts::new' }"],
  ['postfixLabels', "{ orig: 'original' }"],
]);

const rivals: readonly (readonly [setting: string, flag: string])[] = [
  ['repeats', 'max-time'],
  ['max-time', 'repeats'],
];

// What a comparison may fail on.
const gateFlags: readonly string[] = ['compare-fail', 'compare-fail-on-change'];

// A config's settings that say how, and are no reason to: each holds where the other is there too.
const needs: Readonly<Record<string, string>> = {
  against: 'compare',
  ...Object.fromEntries(gateFlags.map((flag) => [flag, 'compare'])),
  'profile-native': 'profile',
};

type Parsed = Record<string, unknown>;

/** The config's flags; {} where there is none. Throws BAD_CONFIG, naming file and key. */
export async function readRunConfig(cwd: string, named: string | undefined): Promise<Parsed> {
  const found = await findConfig(cwd, named);
  return found === undefined ? {} : flagsIn(found);
}

/** The flags of a config that was found. Throws BAD_CONFIG, naming file and key. */
export function flagsIn({ label, value }: FoundConfig): Parsed {
  if (!isRecord(value)) {
    throw bad(label, 'is not an object', 'write: export default { repeats: 3 }');
  }
  const { tests, ...settings } = value;
  const parsed = Object.fromEntries(
    Object.entries(settings).map(([key, entry]) => toFlag(label, key, entry)),
  );
  try {
    // WHY: they are checked and left out, because they are for test runners, and a mistake in them should not wait for one.
    if (tests !== undefined) readTestsConfig(tests, 'tests');
    const lacking = Object.entries(needs).filter(([flag, needed]) => flag in parsed && !(needed in parsed));
    const beside = Object.fromEntries(lacking.map(([, needed]) => [needed, needed === 'compare' ? '' : '.']));
    readSuiteArgs({ ...parsed, ...beside }, { kind: 'run', times: true });
    for (const flag of gateFlags)
      for (const limit of strings(parsed[flag])) parseThreshold(limit, camelCase(flag));
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    throw bad(label, error.message, error.hint);
  }
  return parsed;
}

/**
 * Flags over those settings of the config that hold for the command; files on the command line take the place of the
 * config's. The config's limits hold for runs that compare, and are no reason to compare.
 */
export function mergeParsed(command: 'run' | 'measure', whole: Parsed, flags: Readonly<Parsed>): Parsed {
  const config = command === 'run' ? whole : withoutThoseOfRuns(whole);
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const [, ...files] = (flags._ as unknown[] | undefined) ?? [];
  const settings = Object.entries(withoutRivals(config, given));
  return {
    ...Object.fromEntries(settings.filter(([name]) => isOfUse(name, { ...config, ...given }))),
    ...given,
    _: [command, ...(files.length > 0 ? files : ((config.files as unknown[]) ?? []))],
  };
}

function isOfUse(name: string, all: Parsed): boolean {
  const needed = needs[name];
  return needed === undefined || all[needed] !== undefined;
}

function withoutThoseOfRuns(config: Parsed): Parsed {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !settingsOfRuns.has(name)));
}

// A flag also wins over the setting that it cannot stand beside.
function withoutRivals(config: Parsed, given: Parsed): Parsed {
  const dropped = rivals.filter(([, flag]) => given[flag] !== undefined).map(([setting]) => setting);
  return Object.fromEntries(Object.entries(config).filter(([name]) => !dropped.includes(name)));
}

function toFlag(label: string, key: string, value: unknown): [string, unknown] {
  if (key === 'files') {
    if (!isTexts(value))
      throw bad(label, 'files is not a list of texts', "write: files: ['bench/*.bench.ts']");
    return ['files', value];
  }
  const example = objectsOfTexts.get(key);
  if (example !== undefined) {
    if (isRecord(value) && isTexts(Object.values(value))) return [key, value];
    throw bad(label, `${key} is not an object of texts`, `write: ${key}: ${example}`);
  }
  const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const kind = key.includes('-') || !isInConfig(flag) ? undefined : flagKind(flag);
  if (kind === undefined) throw unknownKey(label, key);
  if (kind === 'switch') {
    if (typeof value !== 'boolean') throw bad(label, `${key} is not true or false`, 'write true or false');
    return [flag, value];
  }
  if (kind === 'list') return [flag, listOf(label, key, value)];
  if (flag === 'compare' && value === true) return [flag, ''];
  if ((flag === 'columns' || flag === 'stats') && isTexts(value)) return [flag, value.join(',')];
  const choices = flagChoices(flag);
  if (choices !== undefined && !choices.includes(value as string)) {
    throw bad(label, `${key} cannot be ${JSON.stringify(value)}`, `it is one of ${choices.join(', ')}`);
  }
  if (typeof value === 'string' || typeof value === 'number') return [flag, String(value)];
  throw bad(label, `${key} is neither text nor number`, 'write it as on the command line');
}

function listOf(label: string, key: string, value: unknown): string[] {
  if (isTexts(value)) return value;
  if (typeof value === 'string') return [value];
  if (key === 'tag' && typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([name, entry]) => `${name}=${entry}`);
  }
  throw bad(label, `${key} is not a list of texts`, 'write a list');
}

function unknownKey(label: string, key: string): BenchmemError {
  const keys = [
    'files',
    'tests',
    ...objectsOfTexts.keys(),
    ...suiteFlagNames.filter(isInConfig).map(camelCase),
  ];
  const meant = nearest(key, keys);
  return bad(
    label,
    `there is no setting ${JSON.stringify(key)}`,
    meant === undefined ? `settings: ${keys.join(', ')}` : `did you mean ${meant}?`,
  );
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
