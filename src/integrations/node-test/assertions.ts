// `t.assert.peakBelow(() => parse(input), '24 MB')` and `leakBelow`, where node takes assertions of others (22.14 on).
import { assertMemory, limitLeaks, type Size } from '../../limits/index.js';

interface Registry {
  readonly assert?: { register?(name: string, assertion: (...args: never[]) => unknown): void };
}

type Action = () => unknown;

export function registerAssertions({ assert }: Registry): void {
  if (assert?.register === undefined) return;
  assert.register('peakBelow', (action: Action, limit: Size) => assertMemory(action, { peak: limit }));
  assert.register('leakBelow', (action: Action, limit: Size) => limitLeaks(limit, action)());
}
