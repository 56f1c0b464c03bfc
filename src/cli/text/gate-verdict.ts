// A gate that ran, or why it could not, with a hint in the words of the command that asked.

import { type Allowance, GateRefusal } from '../../compare/gate/refusals.js';
import type { GateOptions } from '../../compare/gate/rules.js';
import { type GateResult, runGate } from '../../compare/gate/verdict.js';
import type { Series } from '../../compare/series.js';
import { BenchmemError } from '../../errors.js';

/** `refusal` says why there is no `result`. */
export interface GateVerdict {
  readonly result: GateResult | null;
  readonly refusal?: BenchmemError;
}

/** How a command's user gives one of `benchmem compare`'s flags: `pass --allow-mixed`. */
export type FlagWords = (flag: string) => string;

const hints: Readonly<Record<Allowance, (hint: string, words: FlagWords) => string>> = {
  allowPartial: (hint, words) => `${hint}, or ${words('--allow-partial')}`,
  allowMixed: (hint, words) => `${hint}, or ${words('--allow-mixed')}`,
  allowUnseen: (hint, words) => `${hint}; ${words('--allow-unseen')} to gate what was seen`,
};

/** `series` may be made on the way, and refused. Throws USAGE and BAD_RUN_FILE for limits in a run. */
export function gateVerdict(
  series: readonly Series[] | (() => readonly Series[]),
  options: GateOptions,
  words: FlagWords,
): GateVerdict {
  try {
    return { result: runGate(typeof series === 'function' ? series() : series, options) };
  } catch (error) {
    if (!(error instanceof GateRefusal)) throw error;
    return { result: null, refusal: inWords(error, words) };
  }
}

function inWords(refusal: GateRefusal, words: FlagWords): BenchmemError {
  const { code, message, hint, allowedBy } = refusal;
  return allowedBy === undefined ? refusal : new BenchmemError(code, message, hints[allowedBy](hint, words));
}
