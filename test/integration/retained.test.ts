// Retained, in accounting children on every supported Node: what leaks is told within 16 KiB, and what does not leak, a
// cache replaced by one of equal size among it, is nothing, from the first pass on.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import { childOnNode } from '../support/child-on-node.js';

const module = fileURLToPath(new URL('../fixtures/measured/retained-actions.mjs', import.meta.url));
const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']);
const kinds = ['Buffer', 'Objects', 'Malloc', 'ExternalBuffer'];
const leakedBytes = 1024 * 1024;
const toleranceBytes = 16 * 1024;

async function retained(execPath: string, name: string): Promise<readonly number[]> {
  const { samples } = await childOnNode({ kind: 'accounting', execPath, module, name, repeats: 2 });
  expect(samples).toHaveLength(2);
  return samples.map(({ retained_bytes = Number.NaN }) => retained_bytes);
}

describe.concurrent.each(nodes)('on Node $major', ({ executable }) => {
  it.each(kinds)('1 MiB of leak%s', async (what) => {
    for (const bytes of await retained(executable, `leak${what}`)) {
      expect(Math.abs(bytes - leakedBytes)).toBeLessThan(toleranceBytes);
    }
  });

  it.each(['drop', 'replace'])('nothing of what is clean, all of it: %s', async (how) => {
    await expectNothing(executable, `${how}All`);
  });
});

describe.concurrent('nothing of what is clean', () => {
  it.each(['drop', 'replace'].flatMap((how) => kinds.map((what) => how + what)))('%s', async (name) => {
    await expectNothing(process.execPath, name);
  });
});

async function expectNothing(execPath: string, name: string): Promise<void> {
  for (const bytes of await retained(execPath, name)) {
    expect(Math.abs(bytes)).toBeLessThan(toleranceBytes);
  }
}
