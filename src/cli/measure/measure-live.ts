// The real services of `benchmem measure`: translates between the command's words and the engine's; decides nothing.
import { measureSubject } from '../../engine/isolate.js';
import { measureMemory } from '../../engine/measure.js';
import { makeImportable } from '../../engine/modules/importable.js';
import type { IsolateOptions } from '../../engine/options.js';
import type { MemoryFigures } from '../../runfile/schema.js';
import type { MeasureRequest } from './services.js';

export async function measureLive(request: MeasureRequest): Promise<MemoryFigures> {
  const { target, options, signal, onStep } = request;
  if (options.loads === true) return measureLoading(request);
  const { args, loads: _loads, ...sampling } = options;
  const isolate: IsolateOptions = {
    ...sampling,
    isolate: true,
    signal,
    onProgress: ({ step, passes }) => onStep(step, passes),
    ...(target.setup === undefined ? {} : { setup: { module: target.path, export: target.setup } }),
  };
  onStep(options.attached ? 'attached' : 'peak');
  const result = await measureMemory({ module: target.path, export: target.name, args }, isolate);
  return result.toBlob();
}

async function measureLoading({ target, options, signal, onStep }: MeasureRequest): Promise<MemoryFigures> {
  const { args: _args, ...sampling } = options;
  const modules = await makeImportable([target.path]);
  try {
    onStep('peak');
    const { result } = await measureSubject(
      {
        action: { url: modules.urlOf(target.path), name: target.file, exportName: target.name, args: [] },
        argumentBytes: 0,
      },
      { ...sampling, signal, onProgress: ({ step, passes }) => onStep(step, passes) },
    );
    return result.toBlob();
  } finally {
    modules.dispose();
  }
}
