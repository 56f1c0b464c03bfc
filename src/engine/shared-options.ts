// The options that flags, configuration, bench options and the API share: name, check, default and help of each.
// Pure, and light enough for bench files.

export interface OptionCheck {
  accepts(value: unknown): boolean;
  /** Completes "pass ..." and "must be ...". */
  readonly wants: string;
}

export const whole = (least: number): OptionCheck => ({
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  wants: least === 0 ? 'a whole number' : `a whole number from ${least} up`,
});

export const oneOf = (...values: readonly string[]): OptionCheck => ({
  accepts: (value) => values.includes(value as string),
  wants: values.map((value) => `'${value}'`).join(' or '),
});

export const onOrOff: OptionCheck = {
  accepts: (value) => typeof value === 'boolean',
  wants: 'true or false',
};

export const callback: OptionCheck = { accepts: (value) => typeof value === 'function', wants: 'a function' };

export const allocatorNames = ['jemalloc', 'system'] as const;
export const threadFilters = ['all', 'current'] as const;

/** More milliseconds than a timer of Node takes. */
export const timerLimitMs = 2 ** 31;

/** An option that exists as a flag and elsewhere: everything that those places say of it. */
export interface SharedOption {
  /** Its name as a flag; a configuration has it in camel case. */
  readonly flag: string;
  /** What a flag's text means: a whole number, a duration, bytes, one of `choices`, or nothing, for a switch. */
  readonly kind: 'count' | 'duration' | 'size' | 'choice' | 'switch';
  readonly check: OptionCheck;
  readonly choices?: readonly string[];
  /** The value of commands where nobody gives one, if it is always the same. Durations are milliseconds. */
  readonly unlessGiven?: number | string;
  /** What help says; DEFAULT stands for `unlessGiven`. */
  readonly help: string;
  /** Where it is an option under its name in this table, besides being a flag. */
  readonly in: readonly ('api' | 'bench')[];
}

const anyTime: OptionCheck = {
  accepts: (value) => Number.isFinite(value) && (value as number) >= 0,
  wants: 'milliseconds, 0 or more',
};
const timerTime: OptionCheck = {
  accepts: (value) => Number.isFinite(value) && (value as number) > 0 && (value as number) < timerLimitMs,
  wants: 'a time above 0 and below 2^31 ms (24 days)',
};
const someTime: OptionCheck = {
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
  wants: 'a duration',
};
const someBytes: OptionCheck = {
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
  wants: 'a size above 0',
};
const both = ['api', 'bench'] as const;

/** Which objects stay: how it is asked. */
export interface RetainersOption {
  /** Calls of the first phase; the second makes twice as many. As many as a pass has unless given, and at least 3. */
  readonly calls?: number;
  /** A JavaScript heap that has more is not looked at, because its snapshot would need seventeen times as much. */
  readonly maxHeapBytes?: number;
}

function isRetainersOption(value: unknown): value is RetainersOption {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([name, entry]) => {
    if (entry === undefined) return name === 'calls' || name === 'maxHeapBytes';
    return name === 'calls' ? whole(1).accepts(entry) : name === 'maxHeapBytes' && someBytes.accepts(entry);
  });
}

/** Cold children of a kind where nobody says how many. */
export const coldPasses = 3;

/** How memory is measured. */
export const memoryOptions = {
  repeats: {
    flag: 'repeats',
    kind: 'count',
    check: whole(1),
    help: 'Exactly N passes (default: until the peak stops falling)',
    in: both,
  },
  warmup: {
    flag: 'warmup',
    kind: 'count',
    check: whole(0),
    unlessGiven: 1,
    help: 'N unmeasured calls beforehand (default: DEFAULT)',
    in: both,
  },
  calls: {
    flag: 'calls',
    kind: 'count',
    check: whole(1),
    unlessGiven: 1,
    help: 'N calls in each pass (default: DEFAULT)',
    in: both,
  },
  maxTimeMs: {
    flag: 'max-time',
    kind: 'duration',
    check: anyTime,
    help: 'No further pass after 30s, 500ms, 2m',
    in: ['api'],
  },
  timeoutMs: {
    flag: 'timeout',
    kind: 'duration',
    check: timerTime,
    unlessGiven: 600_000,
    help: 'Give a child up after 30s, 5m (default: DEFAULT)',
    in: both,
  },
  rss: {
    flag: 'rss',
    kind: 'switch',
    check: onOrOff,
    help: 'Resident memory too, in cold children',
    in: both,
  },
  rssPasses: {
    flag: 'rss-passes',
    kind: 'count',
    check: whole(1),
    help: 'N of them (default: as many as passes)',
    in: ['api'],
  },
  objects: {
    flag: 'objects',
    kind: 'switch',
    check: onOrOff,
    help: 'Count JavaScript objects too',
    in: both,
  },
  retainers: {
    flag: 'retainers',
    kind: 'switch',
    check: {
      accepts: (value) => typeof value === 'boolean' || isRetainersOption(value),
      wants: 'true, false, or { calls: 4, maxHeapBytes: 256 * 2 ** 20 }',
    },
    help: 'Which objects stay, and what keeps them',
    in: both,
  },
  retainersMax: {
    flag: 'retainers-max',
    kind: 'size',
    check: someBytes,
    unlessGiven: 256 * 2 ** 20,
    help: 'No search if the JavaScript heap has more (default: DEFAULT)',
    in: [],
  },
  cold: {
    flag: 'cold',
    kind: 'switch',
    check: onOrOff,
    help: 'First calls: each pass in a fresh child',
    in: both,
  },
  quick: {
    flag: 'quick',
    kind: 'switch',
    check: onOrOff,
    help: 'Fewer figures in half the time: peak, allocations, retained',
    in: ['api'],
  },
  allocator: {
    flag: 'allocator',
    kind: 'choice',
    check: oneOf(...allocatorNames),
    choices: allocatorNames,
    unlessGiven: 'jemalloc',
    help: 'What serves malloc in the child (default: DEFAULT)',
    in: ['api'],
  },
  attached: {
    flag: 'attached',
    kind: 'switch',
    check: onOrOff,
    help: "Children without preload and V8 flags: the process's own allocator",
    in: both,
  },
  threads: {
    flag: 'threads',
    kind: 'choice',
    check: oneOf(...threadFilters),
    choices: threadFilters,
    unlessGiven: 'all',
    help: 'Whose native allocations count (default: DEFAULT)',
    in: ['api'],
  },
  exposePrivate: {
    flag: 'expose-private',
    kind: 'switch',
    check: onOrOff,
    help: 'Count what allocators inside addons map (mimalloc), as a figure of its own',
    in: ['api'],
  },
} as const satisfies Readonly<Record<string, SharedOption>>;

/** How times are taken. */
export const timingOptions = {
  minRounds: {
    flag: 'min-rounds',
    kind: 'count',
    check: whole(1),
    unlessGiven: 5,
    help: 'At least N rounds (default: DEFAULT)',
    in: ['bench'],
  },
  minTimeMs: {
    flag: 'min-time',
    kind: 'duration',
    check: someTime,
    unlessGiven: 0.1,
    help: 'Calls enough in a round to fill DEFAULT (default)',
    in: [],
  },
  timeMaxMs: {
    flag: 'time-max',
    kind: 'duration',
    check: someTime,
    unlessGiven: 1000,
    help: 'As many rounds as fit DEFAULT (default)',
    in: [],
  },
  warmupRounds: {
    flag: 'warmup-rounds',
    kind: 'count',
    check: whole(0),
    unlessGiven: 1,
    help: 'N unmeasured rounds beforehand (default: DEFAULT)',
    in: ['bench'],
  },
} as const satisfies Readonly<Record<string, SharedOption>>;

export const sharedOptions = { ...memoryOptions, ...timingOptions };

/** The checks of what is an option in a place, by its name there. */
export function checksIn(place: 'api' | 'bench'): Readonly<Record<string, OptionCheck>> {
  const rows: [string, SharedOption][] = Object.entries(sharedOptions);
  return Object.fromEntries(
    rows.filter(([, row]) => row.in.includes(place)).map(([name, { check }]) => [name, check]),
  );
}
