// What a command needs beyond its Io: the engine and the facts of a run. Tests hand in their own.
// Names the seam only; live-services.ts fills it.
import type { ExecEnd, ExecRequest } from '../exec/exec.js';
import type { MemoryFigures } from '../runfile/schema.js';
import type { NamedModule } from './measure/list-exports.js';
import type { PassOptions } from './measure/measure-options.js';
import type { ExportEntry, Target } from './measure/targets.js';
import type { RunServices } from './run/run-services.js';

export interface MeasureRequest {
  readonly target: Target;
  readonly options: PassOptions;
  readonly signal: AbortSignal;
  /** A pass kind has begun, or one of its passes, counted from 1. */
  readonly onStep: (kind: string, pass?: number) => void;
}

export interface Services {
  readonly version: string;
  /** The exports of a module, found out in a process of its own. Throws MODULE_NOT_FOUND, MODULE_FAILED, ABORTED. */
  listExports(module: NamedModule, signal: AbortSignal): Promise<readonly ExportEntry[]>;
  /** Measures in fresh children. Throws BenchmemError; ABORTED after `signal`. */
  measure(request: MeasureRequest): Promise<MemoryFigures>;
  /** Runs a program to its end. Throws COMMAND_NOT_STARTED, PRELOAD_MISSING. */
  exec(request: ExecRequest): Promise<ExecEnd>;
  readonly run: RunServices;
  machineInfo(): Record<string, unknown>;
  commitInfo(cwd: string): Promise<Record<string, unknown>>;
}
