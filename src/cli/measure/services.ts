// What `benchmem measure` needs of the world beyond its Io; measure-live.ts fills it, tests fake it.
import type { MemoryFigures } from '../../runfile/schema.js';
import type { Provenance } from '../provenance.js';
import type { NamedModule } from './list-exports.js';
import type { PassOptions } from './options.js';
import type { ExportEntry, Target } from './targets.js';

export interface MeasureRequest {
  readonly target: Target;
  readonly options: PassOptions;
  readonly signal: AbortSignal;
  /** A pass kind has begun, or one of its passes, counted from 1. */
  readonly onStep: (kind: string, pass?: number) => void;
}

export interface MeasureServices extends Provenance {
  /** The exports of a module, found out in a process of its own. Throws MODULE_NOT_FOUND, MODULE_FAILED, ABORTED. */
  listExports(module: NamedModule, signal: AbortSignal): Promise<readonly ExportEntry[]>;
  /** What `--loads` means by an operand. Throws MODULE_NOT_FOUND. */
  loadTarget(operand: string, cwd: string): Promise<Target>;
  /** Measures in fresh children. Throws BenchmemError; ABORTED after `signal`. */
  measure(request: MeasureRequest): Promise<MemoryFigures>;
}
