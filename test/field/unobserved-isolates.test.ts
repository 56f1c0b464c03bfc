// "My addon runs code in isolates of its own: is their memory in your figures?" What is in none is said, however it is
// measured; and what ordinary programs do is never taken for it. Our own addon on the running Node; isolated-vm on
// every Node at hand with BENCHMEM_FULL=1.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testAddon } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { nodesAtHand } from '../integration/nodes-at-hand.js';
import { isolatedVmFor, isolatedVmVersions } from '../support/isolated-vm.js';

const run = promisify(execFile);
const isFull = process.env.BENCHMEM_FULL === '1';
const mebibyte = 1024 * 1024;
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const ways = ['preloaded', 'attached'] as const;

interface Told {
  readonly code: string;
  readonly subject: string;
  readonly bytes?: number;
}

interface RunFile {
  readonly benchmarks: readonly {
    readonly name: string;
    readonly extra_info: { readonly benchmem: { readonly warnings: readonly Told[] } };
  }[];
}

async function toldBy(
  node: string,
  operand: readonly string[],
  way: (typeof ways)[number],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly { readonly name: string; readonly told: readonly Told[] }[]> {
  const argv = [`${root}/bin/benchmem.js`, 'measure', ...operand, '--repeats', '1', '--json', '-'];
  const { stdout } = await run(node, [...argv, ...(way === 'attached' ? ['--attached'] : [])], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * mebibyte,
  });
  const { benchmarks } = JSON.parse(stdout) as RunFile;
  return benchmarks.map(({ name, extra_info: { benchmem } }) => ({
    name,
    told: benchmem.warnings.filter(({ code }) => code === 'UNSEEN_MEMORY'),
  }));
}

function describeEmbedded(node: string, env: Readonly<Record<string, string>>): void {
  it.each(ways)('that are kept are told as unseen memory, %s', async (way) => {
    const [{ told = [] } = {}] = await toldBy(
      node,
      [fixture('embedded-isolates.cjs'), '--export', 'kept'],
      way,
      env,
    );
    expect(told).toMatchObject([{ subject: 'unobserved isolates' }]);
    // 100,000 rows are 7 to 14 MiB, as V8 has it: never nothing, never two calls' worth.
    expect(told[0]?.bytes).toBeGreaterThan(6 * mebibyte);
    expect(told[0]?.bytes).toBeLessThan(20 * mebibyte);
  });
}

const ownAddon = testAddon('isolates');
describe.skipIf(!existsSync(ownAddon))(
  "isolates of our addon (skipped: V8's headers are not installed)",
  () => {
    describeEmbedded(process.execPath, { ISOLATES_ADDON: ownAddon });
  },
);

if (isFull) {
  describe.each(nodesAtHand)('isolates of isolated-vm on Node $major', ({ major, node }) => {
    const module = isolatedVmFor(major, node);
    if (module === undefined)
      return it.skip(`isolated-vm ${isolatedVmVersions[major]} needs the headers of Node ${major}`);
    describeEmbedded(node, { ISOLATED_VM: module });
  });
}

describe.each(isFull ? nodesAtHand : nodesAtHand.slice(0, 1))('on Node $major', ({ node }) => {
  it.each(ways)('nothing is said of programs that have no other isolate, %s', async (way) => {
    const all = await toldBy(node, [fixture('ordinary.mjs'), '--all'], way);
    expect(all).toHaveLength(7);
    expect(all.filter(({ told }) => told.length > 0)).toEqual([]);
  });
});
