// What each option accepts, one line an option, and the words that say so.
import { isTexts } from '../shapes.js';
import { isModuleAction } from './modules/module-action.js';

export interface OptionCheck {
  accepts(value: unknown): boolean;
  /** Completes "pass ...". */
  readonly wants: string;
}

const whole = (least: number): OptionCheck => ({
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  wants: `a whole number, at least ${least}`,
});

const oneOf = (...values: readonly string[]): OptionCheck => ({
  accepts: (value) => values.includes(value as string),
  wants: values.map((value) => `'${value}'`).join(' or '),
});

const flag: OptionCheck = { accepts: (value) => typeof value === 'boolean', wants: 'true or false' };

const callback: OptionCheck = { accepts: (value) => typeof value === 'function', wants: 'a function' };

export const optionChecks: Readonly<Record<string, OptionCheck>> = {
  repeats: whole(1),
  warmup: whole(0),
  calls: whole(1),
  maxTimeMs: {
    accepts: (value) => Number.isFinite(value) && (value as number) >= 0,
    wants: 'milliseconds, 0 or more',
  },
  timeoutMs: {
    // Node's timers take no more.
    accepts: (value) => Number.isFinite(value) && (value as number) > 0 && (value as number) < 2 ** 31,
    wants: 'milliseconds, above 0 and below 2^31',
  },
  minPasses: whole(1),
  maxPasses: whole(1),
  patience: whole(0),
  threads: oneOf('all', 'current'),
  settle: flag,
  signal: { accepts: (value) => value instanceof AbortSignal, wants: 'an AbortSignal' },
  onProgress: callback,
  setup: {
    accepts: (value) => typeof value === 'function' || isModuleAction(value),
    wants: 'a function, or { module, export, args } with { isolate: true }',
  },
  isolate: flag,
  allocator: oneOf('jemalloc', 'system'),
  attached: flag,
  nodeFlags: {
    accepts: isTexts,
    wants: 'a list of flags',
  },
  output: oneOf('ignore', 'inherit'),
  exposePrivate: flag,
  rss: flag,
  rssPasses: whole(1),
  objects: flag,
  cold: flag,
};

export const windowOptionNames = ['threads', 'settle'] as const;
