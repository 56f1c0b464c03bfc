// What `benchmem exec` needs of the world beyond its Io; live-services.ts fills it, tests fake it.
import type { ExecEnd, ExecRequest } from '../../exec/exec.js';
import type { Provenance } from '../provenance.js';

export interface ExecServices extends Pick<Provenance, 'version'> {
  /** Runs a program to its end. Throws COMMAND_NOT_STARTED, PRELOAD_MISSING. */
  exec(request: ExecRequest): Promise<ExecEnd>;
}
