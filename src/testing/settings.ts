// What a test is measured for: settings of the project, of the plug-in, of a file and of a test, and how one overrides
// another. Pure; limits are kept as they were written, and read by the grammar of limits when a test has its own.
import { BenchmemError } from '../errors.js';
import type { MemoryLimits, Size } from '../limits/limits.js';
import { defined, isRecord } from '../shapes.js';
import { metricNamed } from '../stats/metrics.js';
import { nearest } from '../stats/nearest.js';

/** What may be said of one test, of a file, or of all tests. What is said nearer to the test wins. */
export interface TestSettings {
  /** Of each test's body; more fails the test. `false` for one lifts it, `false` for all lifts all. */
  readonly limits?: MemoryLimits | false;
  /** Repeats each test's body and fails the test if a call leaks more than this; `false` lifts it. */
  readonly leaks?: Size | false;
  /** How many calls a round of that has; 30 unless given. */
  readonly leakCalls?: number;
  /** `current` leaves out what other threads allocate. */
  readonly threads?: 'all' | 'current';
  /** Names the native stacks of a test that passes a limit; each test is slower for it. */
  readonly stacks?: boolean;
  /** Those stacks with the frames of V8, Node and shared objects, too. */
  readonly native?: boolean;
  /** Keeps the stack of every native allocation, so that a report can say how large they were; each test is slower for it. */
  readonly sizes?: boolean;
  /** Writes a profile of each test that passes a limit, and of those that peak highest, into this folder; tests are slower. */
  readonly profile?: string | ProfileSettings;
  /** Measures every test, whether it has a limit or not. */
  readonly report?: boolean;
}

export interface ProfileSettings {
  readonly folder: string;
  /** Of how many tests that pass no limit a profile stays; 0: of all. */
  readonly most: number;
}

/** The `tests` key of benchmem.config.ts: settings of tests, and what `benchmem test` does with what they measured. */
export interface TestsConfig extends TestSettings {
  /** Tests in the report, by peak; 0: all. */
  readonly most?: number;
  /** Saves each run under this name. */
  readonly save?: string;
  /** Runs the tests in preloaded processes with V8's flags, so that figures repeat. */
  readonly deterministic?: boolean;
  /** Fails where a test grew by more than this against the saved run: true, or `peak:5%+64KiB`. */
  readonly failOnIncrease?: boolean | string | readonly string[];
}

type Check = readonly [accepts: (value: unknown) => boolean, wanted: string];

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isSize = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string';
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isProfile = (value: unknown): boolean =>
  isText(value) || (isRecord(value) && isText(value.folder) && isCount(value.most));
const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const settingChecks: Readonly<Record<keyof TestSettings, Check>> = {
  limits: [(value) => value === false || isRecord(value), "write limits: { peak: '64 MB' }, or false"],
  leaks: [(value) => value === false || isSize(value), "write leaks: '0 B', or false"],
  leakCalls: [(value) => isCount(value) && value !== 0, 'write leakCalls: 30'],
  threads: [(value) => value === 'all' || value === 'current', "write threads: 'all' or 'current'"],
  stacks: [(value) => typeof value === 'boolean', 'write stacks: true'],
  native: [(value) => typeof value === 'boolean', 'write native: true'],
  sizes: [(value) => typeof value === 'boolean', 'write sizes: true'],
  profile: [isProfile, "write profile: 'memory-profiles', or { folder: 'memory-profiles', most: 5 }"],
  report: [(value) => typeof value === 'boolean', 'write report: true'],
};

const configChecks: Readonly<Record<keyof TestsConfig, Check>> = {
  ...settingChecks,
  most: [isCount, 'write most: 5, or 0 for all'],
  deterministic: [(value) => typeof value === 'boolean', 'write deterministic: true'],
  save: [(value) => typeof value === 'string', "write save: 'main'"],
  failOnIncrease: [
    (value) => typeof value === 'boolean' || typeof value === 'string' || isListOfTexts(value),
    "write failOnIncrease: true, or 'peak:5%+64KiB'",
  ],
};

/** The settings of a plug-in or a file. Throws INVALID_OPTION; `origin` is where they stand. */
export function readSettings(value: unknown, origin: string): TestSettings {
  return checked(value, settingChecks, origin);
}

/** The `tests` key of a config. Throws INVALID_OPTION. */
export function readTestsConfig(value: unknown, origin: string): TestsConfig {
  return checked(value, configChecks, origin);
}

/**
 * What stands at one test or in a file's docblock: settings, or in short limits themselves (`{ peak: '24 MB', leaks: '0 B' }`),
 * or a size, which is a limit of the peak, or `false`. Throws INVALID_OPTION.
 */
export function readShortSettings(value: unknown, origin: string): TestSettings {
  if (value === false) return { limits: false, leaks: false };
  if (isSize(value)) return { limits: { peak: value as Size } };
  if (!isRecord(value)) throw noSettings(value, origin);
  const limits: Record<string, unknown> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    const isLimit = name === 'perStack' || metricNamed(name) !== undefined;
    (isLimit ? limits : settings)[name] = entry;
  }
  if (Object.keys(limits).length > 0) {
    if (settings.limits === false) throw bothForms(origin);
    settings.limits = { ...((settings.limits ?? {}) as object), ...limits };
  }
  return readSettings(settings, origin);
}

/** The settings of all layers; a later one wins, limit by limit. */
export function mergeSettings(...layers: readonly (TestSettings | undefined)[]): TestSettings {
  return layers.reduce<TestSettings>((outer, inner) => {
    if (inner === undefined) return outer;
    return {
      ...outer,
      ...defined({ ...inner }),
      ...defined({ limits: mergeLimits(outer.limits, inner.limits) }),
    };
  }, {});
}

function mergeLimits(
  outer: TestSettings['limits'],
  inner: TestSettings['limits'],
): TestSettings['limits'] | undefined {
  if (inner === undefined || inner === false || outer === undefined || outer === false) return inner ?? outer;
  // WHY: fields are compared, because one limit may be written by two names, `peak` and `peak_bytes`.
  const given = new Set(Object.keys(inner).map(fieldOf));
  const kept = Object.entries(outer).filter(([name]) => !given.has(fieldOf(name)));
  return { ...Object.fromEntries(kept), ...inner };
}

function fieldOf(name: string): string {
  return metricNamed(name)?.field ?? name;
}

const mostProfiles = 5;

/** Where profiles go, and of how many tests; undefined if none are kept. */
export function profileSettings({ profile }: TestSettings): ProfileSettings | undefined {
  return typeof profile === 'string' ? { folder: profile, most: mostProfiles } : profile;
}

/** The limits that are in force: none of them lifted. Undefined if there is none. */
export function limitsInForce({ limits }: TestSettings): MemoryLimits | undefined {
  if (limits === undefined || limits === false) return undefined;
  const kept = Object.entries(limits).filter(([, limit]) => limit !== undefined && limit !== false);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as MemoryLimits);
}

function checked<Settings>(
  value: unknown,
  checks: Readonly<Record<keyof Settings & string, Check>>,
  origin: string,
): Settings {
  if (!isRecord(value)) throw noSettings(value, origin);
  const known = Object.keys(checks) as (keyof Settings & string)[];
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Settings & string] : undefined;
    if (check === undefined) throw unknownSetting(name, known, origin);
    const [accepts, wanted] = check;
    if (!accepts(entry)) {
      throw new BenchmemError('INVALID_OPTION', `${origin}: ${name} cannot be ${shown(entry)}`, wanted);
    }
  }
  return value as Settings;
}

function unknownSetting(name: string, known: readonly string[], origin: string): BenchmemError {
  const meant = nearest(name, [...known, 'peak', 'native', 'js', 'allocated', 'allocations', 'retained']);
  return new BenchmemError(
    'INVALID_OPTION',
    `${origin}: there is no setting ${JSON.stringify(name)}`,
    meant === undefined ? `choose from ${known.join(', ')}` : `did you mean ${meant}?`,
  );
}

function noSettings(value: unknown, origin: string): BenchmemError {
  return new BenchmemError(
    'INVALID_OPTION',
    `${origin}: ${shown(value)} is not an object of settings`,
    "write { limits: { peak: '64 MB' } }",
  );
}

function bothForms(origin: string): BenchmemError {
  return new BenchmemError(
    'INVALID_OPTION',
    `${origin}: limits are lifted by false, and given beside it`,
    'leave one of the two out',
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
