// The real services behind the commands: the engine, git and this machine. Decides nothing.
import { execProgram } from '../exec/exec.js';
import { readCommitInfo, readMachineInfo } from '../runfile/provenance.js';
import type { Provenance } from './provenance.js';
import type { Services } from './services.js';
import { liveSuiteWork } from './suite/live.js';
import { version } from './version.js';

const facts: Provenance = { version, machineInfo: readMachineInfo, commitInfo: readCommitInfo };

export const liveServices: Services = {
  version,
  exec: { version, exec: execProgram },
  suite: { ...facts, ...liveSuiteWork },
};
