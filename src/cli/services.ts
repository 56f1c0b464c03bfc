// What the commands need beyond their Io, a part per command. Tests hand in their own.
// Names the seam only; live-services.ts fills it.
import type { ExecServices } from './exec/exec-services.js';
import type { MeasureServices } from './measure/services.js';
import type { RunServices } from './suite/services.js';

export interface Services {
  readonly version: string;
  readonly measure: MeasureServices;
  readonly exec: ExecServices;
  readonly run: RunServices;
}
