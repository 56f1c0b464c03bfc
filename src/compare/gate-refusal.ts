// Why a gate cannot answer, with what a caller could allow as data. Knows no command: each says in its own words how
// the allowance is given.
import { BenchmemError } from '../errors.js';
import type { GateOptions } from './gate-input.js';

/** The options that let a gate answer all the same. */
export type Allowance = Extract<keyof GateOptions, `allow${string}`>;

/** GATE_REFUSED. */
export class GateRefusal extends BenchmemError {
  /** Absent where nothing can allow it. */
  readonly allowedBy: Allowance | undefined;

  constructor(message: string, hint: string, allowedBy?: Allowance) {
    super('GATE_REFUSED', message, hint);
    this.allowedBy = allowedBy;
  }
}
