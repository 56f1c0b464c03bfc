// `t.assert.peakBelow(() => parse(input), '24 MB')` and its like, where node takes assertions of others (22.14 on).
import { assertMemory } from '../../limits/index.js';

interface Registry {
  readonly assert?: { register?(name: string, assertion: (...args: never[]) => unknown): void };
}

type Action = () => unknown;

export function registerAssertions({ assert }: Registry): void {
  if (assert?.register === undefined) return;
  assert.register('peakBelow', (action: Action, limit: number | string) =>
    assertMemory(action, { peak: limit }),
  );
}
