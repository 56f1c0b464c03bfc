// What the commands need beyond their Io, a part per command. Tests hand in their own.
// Names the seam only; live-services.ts fills it.
import type { ExecServices } from './exec/exec-services.js';
import type { SuiteServices } from './suite/services.js';

export interface Services {
  readonly version: string;
  readonly exec: ExecServices;
  /** Of `run` and `measure`. */
  readonly suite: SuiteServices;
}
