// What the flags of `benchmem test` and the command behind -- mean, over the `tests` key of a config.
// Nothing is started here.
import { resolve } from 'node:path';
import { whole } from '../../engine/shared-options.js';
import { BenchmemError } from '../../errors.js';
import { parseLeakLimits, parseMemoryLimits } from '../../limits/limits.js';
import { defined } from '../../shapes.js';
import type { SortKey } from '../../test-report/view.js';
import { projectSettings } from '../../testing/project-settings.js';
import { profileSettings, type TestSettings, type TestsConfig } from '../../testing/settings.js';
import { parseThreshold } from '../../text/limit-grammar.js';
import type { CommandLine, Parsed } from '../command.js';
import { nonEmpty, strings, usage, wholeNumber } from '../option-values.js';
import type { World } from '../world.js';

export interface TestArgs {
  readonly command: readonly string[];
  /** Of each test, below those of a plug-in or of the test itself. */
  readonly settings: TestSettings;
  /** 0: all. */
  readonly most: number;
  readonly sort: SortKey;
  /** How many stacks of a test that failed are shown; undefined: as many as `detail` says, if there are any. */
  readonly stacks: number | undefined;
  /** Where profiles are kept; as it was written. */
  readonly profile: string | undefined;
  /** In preloaded processes, with flags of V8. */
  readonly deterministic: boolean;
  readonly summary: boolean;
  readonly detail: 'quiet' | 'usual' | 'verbose';
  /** A reference, or '' for the latest saved run; undefined: no comparison. */
  readonly compare: string | undefined;
  /** `FIELD:LIMIT`; empty: nothing is gated. */
  readonly increases: readonly string[];
  /** Undefined: as the environment says. */
  readonly requireBaseline: boolean | undefined;
  readonly save: string | undefined;
  readonly storage: string | undefined;
  readonly json: string | undefined;
  readonly format: 'table' | 'md' | 'json';
  readonly color: boolean | undefined;
}

/** Less than this moves from run to run without a cause. */
const defaultIncrease = 'peak:5%+64KiB';
const deterministicIncrease = 'allocations:0';
const defaultMost = 5;

/** Throws USAGE, BAD_CONFIG, INVALID_OPTION. */
export async function read(line: CommandLine, { cwd }: World): Promise<TestArgs> {
  const command = readCommand(line);
  return readTestArgs(line.parsed, { command, cwd, config: await projectSettings(cwd) });
}

interface Place {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly config: TestsConfig;
}

/** Throws USAGE, INVALID_OPTION. */
export function readTestArgs(parsed: Parsed, { command, cwd, config }: Place): TestArgs {
  const stacks = wholeNumber('--stacks', parsed.stacks, whole(1));
  const most = wholeNumber('--most', parsed.most, whole(0)) ?? config.most ?? defaultMost;
  const profile = nonEmpty('--profile', parsed.profile, 'name the folder') ?? profileSettings(config)?.folder;
  const deterministic = parsed.deterministic === true || config.deterministic === true;
  const settings: TestSettings = {
    ...readSettings(parsed),
    ...defined({
      stacks: stacks === undefined && parsed.native !== true ? undefined : true,
      native: parsed.native === true ? true : undefined,
      sizes: parsed.sizes === true ? true : undefined,
      profile: profile === undefined ? undefined : { folder: resolve(cwd, profile), most },
    }),
  };
  const increases = readIncreases(parsed['fail-on-increase'], config.failOnIncrease, deterministic);
  const compare = parsed.compare === undefined ? undefined : String(parsed.compare);
  const comparesAnyway = compare ?? (increases.length > 0 ? '' : undefined);
  if (settings.leaks !== undefined && comparesAnyway !== undefined) {
    throw usage(
      '--leaks repeats the bodies, so that what they need cannot be compared with a run that did not',
      'leave out one of the two',
    );
  }
  return {
    command,
    settings,
    most,
    sort: (parsed.sort as SortKey | undefined) ?? 'peak',
    stacks,
    profile,
    deterministic,
    summary: parsed.summary !== false,
    detail: readDetail(parsed),
    compare: comparesAnyway,
    increases,
    requireBaseline: parsed['require-baseline'] as boolean | undefined,
    save: nonEmpty('--save', parsed.save, 'name the run') ?? config.save,
    storage: nonEmpty('--storage', parsed.storage, 'name the folder'),
    json: readFile(parsed.json),
    format: (parsed.format as TestArgs['format'] | undefined) ?? 'table',
    color: parsed.color as boolean | undefined,
  };
}

function readCommand({ parsed, behind }: CommandLine): readonly string[] {
  const [, ...words] = strings(parsed._);
  if (words.length > 0) {
    throw usage('the command stands behind --', `for example: benchmem test [options] -- ${words.join(' ')}`);
  }
  if (behind === undefined || behind.length === 0 || behind[0] === '') {
    throw usage('test needs a command behind --', 'for example: benchmem test -- vitest run');
  }
  return behind;
}

// WHY: limits are checked here, because in the tests' processes an error would be reported once for each of them.
function readSettings(parsed: Parsed): TestSettings {
  const entries = strings(parsed.limit).map((text) => readLimit(text));
  const limits = entries.length === 0 ? undefined : Object.fromEntries(entries);
  if (limits !== undefined) checked('--limit', () => parseMemoryLimits(limits, '--limit'));
  const leaks = parsed.leaks === undefined ? undefined : String(parsed.leaks) || '0 B';
  if (leaks !== undefined) checked('--leaks', () => parseLeakLimits(leaks, '--leaks'));
  return defined({ limits, leaks });
}

function checked(flag: string, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    throw usage(error.message, error.hint.replace(/^write .*$/, `for example ${flag} peak:64MB`), error);
  }
}

function readLimit(text: string): readonly [string, string] {
  const colon = text.indexOf(':');
  const [metric, size] = [text.slice(0, Math.max(colon, 0)).trim(), text.slice(colon + 1).trim()];
  if (metric !== '' && size !== '') return [metric, size];
  throw usage(`--limit ${JSON.stringify(text)}: METRIC:SIZE is expected`, 'for example --limit peak:64MB');
}

function readIncreases(
  raw: unknown,
  configured: TestsConfig['failOnIncrease'],
  deterministic: boolean,
): readonly string[] {
  const given = raw === undefined ? wordsOf(configured) : strings(raw);
  const unlessSaid = deterministic ? [defaultIncrease, deterministicIncrease] : [defaultIncrease];
  const limits = given.flatMap((text) => (text === '' ? unlessSaid : text));
  for (const text of limits) parseThreshold(text, '--fail-on-increase');
  return limits;
}

function wordsOf(configured: TestsConfig['failOnIncrease']): readonly string[] {
  if (configured === undefined || configured === false) return [];
  return configured === true ? [''] : strings(configured);
}

function readDetail({ quiet, verbose }: Parsed): TestArgs['detail'] {
  if (quiet === true && verbose === true) {
    throw usage('--quiet and --verbose contradict each other', 'leave out one of the two');
  }
  return quiet === true ? 'quiet' : verbose === true ? 'verbose' : 'usual';
}

function readFile(raw: unknown): string | undefined {
  const file = nonEmpty('--json', raw, 'name the file to write');
  if (file !== '-') return file;
  throw usage(
    '--json cannot be -, because the runner writes to standard output too',
    'name a file, or pass --format json and let the runner write elsewhere',
  );
}
