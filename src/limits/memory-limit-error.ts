// The error of a test that passed a limit of its memory.
import type { Keepers } from '../engine/leaks/keepers.js';
import type { LeakReport } from '../engine/leaks/leak-report.js';
import type { Sample } from '../engine/result/sample.js';
import { BenchmemError } from '../errors.js';
import { atFrames, type CallerFrames } from './caller-frames.js';
import type { Breach } from './judge.js';
import { leakMessage, type MemoryFacts, memoryMessage } from './messages.js';

/** What was measured: a sample of a limit of memory, a report of a limit of leaks. */
export interface MeasuredFigures {
  readonly breaches: readonly Breach[];
  readonly sample?: Sample;
  readonly leak?: LeakReport;
}

/** The code is MEMORY_LIMIT. Its message has the hint at its end, because test runners show nothing else. */
export class MemoryLimitError extends BenchmemError {
  declare readonly figures: MeasuredFigures;

  constructor(message: string, hint: string, figures: MeasuredFigures) {
    super('MEMORY_LIMIT', `${message}\n  hint: ${hint}`, hint);
    // WHY: these fields are hidden, because runners print what can be enumerated below the message.
    for (const [name, value] of Object.entries({
      name: 'MemoryLimitError',
      code: this.code,
      hint,
      figures,
    })) {
      Object.defineProperty(this, name, { value, enumerable: false, configurable: true });
    }
  }
}

/** What a window measured that had limits, and the line that its error points at. */
export interface JudgedWindow extends MemoryFacts {
  readonly breaches: readonly Breach[];
  readonly madeAt?: CallerFrames;
}

/** The error for limits of memory that were passed. */
export function limitError({ breaches, madeAt, ...facts }: JudgedWindow): MemoryLimitError {
  const { text, hint } = memoryMessage(breaches, facts);
  const error = new MemoryLimitError(text, hint, { breaches, sample: facts.sample });
  return madeAt === undefined ? error : atFrames(error, madeAt);
}

/** What the error for a leak says beside the leak: the line that it points at, and what keeps the objects. */
export interface LeakFacts {
  readonly madeAt?: CallerFrames;
  readonly keepers?: Keepers | undefined;
}

/** The error for a leak above its limit. */
export function leakError(
  breaches: readonly Breach[],
  leak: LeakReport,
  { madeAt, keepers }: LeakFacts = {},
): MemoryLimitError {
  const { text, hint } = leakMessage(breaches, leak, keepers);
  const error = new MemoryLimitError(text, hint, { breaches, leak });
  return madeAt === undefined ? error : atFrames(error, madeAt);
}
