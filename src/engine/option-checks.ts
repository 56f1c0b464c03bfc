// What each option of the public functions accepts, one line an option, and the words that say so.
import { isTexts } from '../shapes.js';
import { isModuleAction } from './modules/module-action.js';
import { callback, checksIn, type OptionCheck, oneOf, onOrOff, whole } from './shared-options.js';

export const optionChecks: Readonly<Record<string, OptionCheck>> = {
  ...checksIn('api'),
  minPasses: whole(1),
  maxPasses: whole(1),
  patience: whole(0),
  settle: onOrOff,
  signal: { accepts: (value) => value instanceof AbortSignal, wants: 'an AbortSignal' },
  onProgress: callback,
  setup: {
    accepts: (value) => typeof value === 'function' || isModuleAction(value),
    wants: 'a function, or { module, export, args } with { isolate: true }',
  },
  isolate: onOrOff,
  nodeFlags: {
    accepts: isTexts,
    wants: 'a list of flags',
  },
  output: oneOf('ignore', 'inherit'),
  profile: {
    accepts: (value) => typeof value === 'string' && value !== '',
    wants: 'the path of the file to write',
  },
  native: onOrOff,
};

/** Those of `openWindow`. */
export const windowOptionChecks: Readonly<Record<string, OptionCheck>> = {
  threads: optionChecks.threads as OptionCheck,
  settle: onOrOff,
  profile: onOrOff,
};

/** Those of `findLeak`. */
export const leakOptionChecks: Readonly<Record<string, OptionCheck>> = {
  calls: optionChecks.calls as OptionCheck,
  threads: optionChecks.threads as OptionCheck,
  maxTimeMs: optionChecks.maxTimeMs as OptionCheck,
  signal: optionChecks.signal as OptionCheck,
  filter: callback,
  filterObjects: callback,
};
