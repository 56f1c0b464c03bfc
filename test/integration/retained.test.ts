// Retained, in isolated children on every supported Node: what leaks is told within 16 KiB, and what does not leak, a
// cache replaced by one of equal size among it, is nothing from the second pass on.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import { measureOnNode } from '../support/isolated-on-node.js';

const module = fileURLToPath(new URL('./fixtures/retained-actions.mjs', import.meta.url));
const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']);
const leakedBytes = 1024 * 1024;
const toleranceBytes = 16 * 1024;

async function retainedAfterFirst(execPath: string, name: string): Promise<readonly number[]> {
  const result = await measureOnNode({ execPath, module, name, repeats: 3 });
  const series = result.series('retained_bytes') ?? [];
  expect(series).toHaveLength(3);
  return series.slice(1);
}

describe.each(nodes)('on Node $major', ({ executable }) => {
  it.each(['Buffer', 'Objects', 'Malloc', 'ExternalBuffer'])('1 MiB of leak%s', async (what) => {
    for (const retained of await retainedAfterFirst(executable, `leak${what}`)) {
      expect(Math.abs(retained - leakedBytes)).toBeLessThan(toleranceBytes);
    }
  });

  it.each(['drop', 'replace'])('nothing of what is clean: %s', async (how) => {
    for (const what of ['Buffer', 'Objects', 'Malloc', 'ExternalBuffer']) {
      for (const retained of await retainedAfterFirst(executable, how + what)) {
        expect(Math.abs(retained), how + what).toBeLessThan(toleranceBytes);
      }
    }
  });
});
