// The real services behind the commands: the engine, git and this machine. Decides nothing.
import { execProgram } from '../exec/exec.js';
import { readCommitInfo, readMachineInfo } from '../runfile/provenance.js';
import { listExports } from './measure/list-exports.js';
import { loadTarget } from './measure/loads.js';
import { measureLive } from './measure/measure-live.js';
import type { Provenance } from './provenance.js';
import type { Services } from './services.js';
import { liveRunWork } from './suite/live.js';
import { version } from './version.js';

const facts: Provenance = { version, machineInfo: readMachineInfo, commitInfo: readCommitInfo };

export const liveServices: Services = {
  version,
  measure: { ...facts, listExports, loadTarget, measure: measureLive },
  exec: { version, exec: execProgram },
  run: { ...facts, ...liveRunWork },
};
