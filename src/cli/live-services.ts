// The real services behind the commands: the engine, git and this machine.
// Translates between the CLI's words and the engine's; decides nothing.
import { measureMemory } from '../engine/measure.js';
import type { IsolateOptions } from '../engine/options.js';
import { execProgram } from '../exec/exec.js';
import { readCommitInfo, readMachineInfo } from '../runfile/provenance.js';
import { type MemoryFigures, toFigures } from '../runfile/schema.js';
import { listExports } from './measure/list-exports.js';
import { liveRunServices } from './run/run-live.js';
import type { MeasureRequest, Services } from './services.js';
import { version } from './version.js';

export const liveServices: Services = {
  version,
  listExports,
  measure,
  exec: execProgram,
  run: liveRunServices,
  machineInfo: readMachineInfo,
  commitInfo: readCommitInfo,
};

async function measure({ target, options, signal, onStep }: MeasureRequest): Promise<MemoryFigures> {
  const { args, ...sampling } = options;
  const isolate: IsolateOptions = {
    ...sampling,
    isolate: true,
    signal,
    onProgress: ({ step, passes }) => onStep(step, passes),
    ...(target.setup === undefined ? {} : { setup: { module: target.path, export: target.setup } }),
  };
  onStep(options.attached ? 'attached' : 'peak');
  const result = await measureMemory({ module: target.path, export: target.name, args }, isolate);
  return toFigures(result.toBlob());
}
