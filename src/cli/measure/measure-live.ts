// The real services of `benchmem measure`: translates between the command's words and the engine's; decides nothing.
import { measureMemory } from '../../engine/measure.js';
import type { IsolateOptions } from '../../engine/options.js';
import type { MemoryFigures } from '../../runfile/schema.js';
import type { MeasureRequest } from './services.js';

export async function measureLive({
  target,
  options,
  signal,
  onStep,
}: MeasureRequest): Promise<MemoryFigures> {
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
  return result.toBlob();
}
