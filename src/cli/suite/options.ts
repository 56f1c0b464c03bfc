// What the flags that `benchmem run` and `benchmem measure` share, and a config's settings, mean: plain values, or an
// error that says what to type.
// Nothing is measured or read from disk here.

import { whole } from '../../engine/shared-options.js';
import type { BenchmemError } from '../../errors.js';
import type { Rename } from '../../runfile/renames.js';
import { savedRounds } from '../../runfile/rounds.js';
import type { RunKind, Shard } from '../../runfile/schema.js';
import type { MemorySettings, RunSettings } from '../../runner/settings.js';
import { defaultTimeoutMs } from '../../runner/settings.js';
import { askedStatNames, isStatName, metricNamed, metricNames, type StatName } from '../../stats/metrics.js';
import { nearest } from '../../stats/nearest.js';
import { type CaseWords, readCaseWords } from '../case-words.js';
import type { Parsed } from '../command.js';
import { numberOf } from '../option-flags.js';
import { nonEmpty, renamesOf, strings, usage, wholeNumber } from '../option-values.js';
import { standardOutput } from '../output.js';
import { readMemory, readTiming } from './measuring.js';

export type ReporterName = 'table' | 'json' | 'junit' | 'github';

export interface ReporterChoice {
  readonly name: ReporterName;
  /** Absent: standard output. */
  readonly file?: string;
}

export interface SuiteArgs {
  readonly memory: MemorySettings | undefined;
  /** Where profiles go, and whether with native frames; undefined: only those that benchmarks ask for themselves. */
  readonly profile: ProfileWish | undefined;
  readonly timing: RunSettings['timing'] | undefined;
  readonly timeoutMs: number;
  readonly jobs: number | undefined;
  readonly node: string | undefined;
  readonly nodeArgs: readonly string[];
  readonly columns: readonly string[];
  readonly stats: readonly StatName[];
  readonly table: 'combined' | 'split';
  readonly json: string | undefined;
  readonly save: string | undefined;
  /** How many rounds of a benchmark the saved run keeps; undefined: all. */
  readonly saveRounds: number | undefined;
  /** Whether somebody said how many. */
  readonly asksRounds: boolean;
  readonly autosave: boolean;
  readonly storage: string | undefined;
  /** A reference, or '' for the latest saved run; undefined: no comparison. */
  readonly compare: string | undefined;
  readonly compareFail: readonly string[];
  readonly compareFailOnChange: readonly string[];
  readonly renames: readonly Rename[];
  /** What limits are judged against. */
  readonly against: 'run' | 'level';
  /** The branch that others leave and come back to; undefined: as git says. */
  readonly mainBranch: string | undefined;
  /** Undefined: as the environment says. */
  readonly requireBaseline: boolean | undefined;
  /** Whether the table is followed by what changed since the last saved run. */
  readonly history: boolean;
  readonly words: CaseWords;
  readonly kind: RunKind;
  readonly shard: Shard | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly shuffle: boolean;
  /** Undefined: as the environment says. */
  readonly reporters: readonly ReporterChoice[] | undefined;
  readonly color: boolean | undefined;
}

/** What `--profile` and its like ask for. */
export interface ProfileWish {
  readonly folder: string;
  readonly native: boolean | undefined;
}

/** What a command says where no flag does. */
export interface SuiteDefaults {
  readonly kind: RunKind;
  /** Whether times are taken. */
  readonly times: boolean;
}

/** The typed meaning of parsed flags, over a config's. Throws USAGE. */
export function readSuiteArgs(parsed: Parsed, { kind, times }: SuiteDefaults): SuiteArgs {
  const takesTimes = (parsed.time ?? times) === true;
  if (parsed.memory === false && !takesTimes) throw nothingToMeasure(parsed.time === false);
  return {
    memory: parsed.memory === false ? undefined : readMemory(parsed),
    profile: readProfile(parsed),
    timing: takesTimes ? readTiming(parsed) : undefined,
    timeoutMs: numberOf('timeoutMs', parsed) ?? defaultTimeoutMs,
    jobs: wholeNumber('--jobs', parsed.jobs, whole(1)),
    node: nonEmpty('--node', parsed.node, 'name a node binary'),
    nodeArgs: texts('--node-arg', parsed['node-arg']),
    kind,
    shard: readShard(parsed.shard),
    shuffle: parsed.shuffle === true,
    history: parsed.history !== false,
    words: readCaseWords(parsed),
    ...readComparison(parsed),
    ...readOutput(parsed),
  };
}

function readProfile(parsed: Parsed): ProfileWish | undefined {
  const folder = nonEmpty('--profile', parsed.profile, 'name the folder that profiles go to');
  const native = parsed['profile-native'] as boolean | undefined;
  if (folder === undefined && native !== undefined) {
    const flag = native ? '--profile-native' : '--no-profile-native';
    throw usage(`${flag} is about profiles, and none is asked for`, 'add --profile DIR');
  }
  if (folder !== undefined && parsed.memory === false) {
    throw usage('--profile needs memory passes, and --no-memory takes none', 'leave out one of them');
  }
  return folder === undefined ? undefined : { folder, native };
}

type Comparison = Pick<
  SuiteArgs,
  'compare' | 'compareFail' | 'compareFailOnChange' | 'renames' | 'against' | 'mainBranch' | 'requireBaseline'
>;

function readComparison(parsed: Parsed): Comparison {
  const compare = parsed.compare === undefined ? undefined : String(parsed.compare);
  const compareFail = texts('--compare-fail', parsed['compare-fail']);
  const compareFailOnChange = texts('--compare-fail-on-change', parsed['compare-fail-on-change']);
  const lacking = [
    { flag: '--rename', values: strings(parsed.rename) },
    { flag: '--against', values: strings(parsed.against) },
    { flag: '--compare-fail', values: compareFail },
    { flag: '--compare-fail-on-change', values: compareFailOnChange },
  ].find(({ values }) => compare === undefined && values.length > 0);
  if (lacking !== undefined) {
    throw usage(`${lacking.flag} needs something to compare with`, 'add --compare, or --compare=REF');
  }
  return {
    compare,
    compareFail,
    compareFailOnChange,
    renames: renamesOf(parsed.rename, parsed.renames),
    against: parsed.against === 'level' ? 'level' : 'run',
    mainBranch: nonEmpty('--main-branch', parsed['main-branch'], 'name a branch'),
    requireBaseline: parsed['require-baseline'] as boolean | undefined,
  };
}

type Output = Pick<
  SuiteArgs,
  | ('columns' | 'stats' | 'table' | 'reporters' | 'color')
  | ('json' | 'save' | 'saveRounds' | 'asksRounds' | 'autosave' | 'storage' | 'tags')
>;

function readOutput(parsed: Parsed): Output {
  return {
    columns: readColumns(parsed.columns),
    stats: readStats(parsed.stats),
    table: parsed.table === 'split' ? 'split' : 'combined',
    json: nonEmpty('--json', parsed.json, 'name the file to write'),
    save: nonEmpty('--save', parsed.save, 'name the run'),
    saveRounds: readSaveRounds(parsed['save-rounds']),
    asksRounds: parsed['save-rounds'] !== undefined,
    autosave: parsed.autosave === true,
    storage: nonEmpty('--storage', parsed.storage, 'name a folder'),
    tags: readTags(parsed.tag),
    reporters: readReporters(parsed.reporter, parsed.json === standardOutput),
    color: parsed.color as boolean | undefined,
  };
}

function nothingToMeasure(saysNoTime: boolean): BenchmemError {
  return saysNoTime
    ? usage('--no-time and --no-memory leave nothing to measure', 'leave out one of them')
    : usage('--no-memory leaves nothing to measure, because no times are taken', 'add --time');
}

function readColumns(raw: unknown): readonly string[] {
  const names = list('--columns', raw) ?? ['time', 'peak', 'objects', 'rss'];
  const wrong = names.find((name) => metricNamed(name) === undefined);
  if (wrong === undefined) return names;
  throw usage(`--columns: there is no metric ${wrong}`, suggestion(wrong, metricNames));
}

function readStats(raw: unknown): readonly StatName[] {
  const names = list('--stats', raw) ?? ['min', 'mean', 'max'];
  const wrong = names.find((name) => !isStatName(name));
  if (wrong === undefined) return names as StatName[];
  throw usage(`--stats: there is no statistic ${wrong}`, suggestion(wrong, askedStatNames));
}

const reporterNames: readonly ReporterName[] = ['table', 'json', 'junit', 'github'];

function readReporters(raw: unknown, jsonOnOutput: boolean): readonly ReporterChoice[] | undefined {
  if (raw === undefined) return undefined;
  const choices = texts('--reporter', raw).map((text): ReporterChoice => {
    const [word = '', ...rest] = text.split('=');
    const name = reporterNames.find((known) => known === word);
    if (name === undefined)
      throw usage(`--reporter: there is none called ${word}`, suggestion(word, reporterNames));
    if (rest.length === 0) return { name };
    const file = rest.join('=');
    if (file === '') throw usage(`--reporter ${name}= names no file`, `for example --reporter ${name}=FILE`);
    return file === standardOutput ? { name } : { name, file };
  });
  const onOutput = choices.filter(({ file, name }) => file === undefined && name !== 'github');
  if (onOutput.length > 1) {
    throw usage('two reporters write to standard output', 'send one to a file: --reporter junit=junit.xml');
  }
  const [only] = onOutput;
  if (jsonOnOutput && only !== undefined && only.name !== 'table') {
    const hint = `send one to a file: --reporter ${only.name}=FILE`;
    throw usage(`--json - and --reporter ${only.name} both write to standard output`, hint);
  }
  return choices;
}

function readSaveRounds(raw: unknown): number | undefined {
  if (raw === undefined) return savedRounds;
  if (raw === 'all') return undefined;
  const rounds = /^\d{1,9}$/.test(String(raw)) ? Number(raw) : 0;
  if (rounds > 0) return rounds;
  throw usage(
    `--save-rounds must be a whole number from 1 up, or all, not ${JSON.stringify(raw)}`,
    'for example --save-rounds 200',
  );
}

function readShard(raw: unknown): Shard | undefined {
  if (raw === undefined) return undefined;
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(String(raw)) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  throw usage(
    `--shard must be i/n with i from 1 to n, not ${JSON.stringify(raw)}`,
    'for example --shard 1/4, 2/4, 3/4 and 4/4 in four jobs',
  );
}

function readTags(raw: unknown): Record<string, string> {
  const entries = texts('--tag', raw).map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1)
      throw usage(`--tag must be KEY=VALUE, not ${JSON.stringify(text)}`, 'for example --tag branch=main');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(entries);
}

function list(flag: string, raw: unknown): readonly string[] | undefined {
  if (raw === undefined) return undefined;
  const names = String(raw)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  if (names.includes('')) throw usage(`${flag} has an empty name`, `for example ${flag} time,peak`);
  return [...new Set(names)];
}

/** Throws USAGE for an empty text. */
export function texts(flag: string, raw: unknown): readonly string[] {
  const values = strings(raw);
  if (values.includes('')) throw usage(`${flag} is empty`, `give ${flag} a value`);
  return values;
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `choose from ${known.join(', ')}` : `did you mean ${meant}?`;
}
