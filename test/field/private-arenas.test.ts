// "My addon has an allocator of its own, and it ran before I measured: is its memory in your figures?" It is in none, and
// the result names it, however it is measured.
import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPrivatePackages, privatePackages } from '../support/private-packages.js';

const run = promisify(execFile);
const child = fileURLToPath(new URL('../fixtures/field/named-objects-child.mjs', import.meta.url));
const isFull = process.env.BENCHMEM_FULL === '1';
const inGate = ['@node-rs/argon2', '@swc/core', 'oxc-parser'];
const packages = isFull ? Object.keys(privatePackages) : inGate;
const ways = ['attached cold', 'attached warm', 'preloaded cold', 'preloaded warm'] as const;

interface Said {
  readonly said: readonly { code: string; objects?: readonly string[]; bytes?: number }[];
  readonly samples: readonly { total_bytes: number; native_total_bytes: number }[];
}

async function measured(name: string, way: (typeof ways)[number]): Promise<Said> {
  const { stdout } = await run(process.execPath, [child, name, ...way.split(' ')]);
  return JSON.parse(stdout) as Said;
}

const table: string[] = [];

beforeAll(installPrivatePackages, 600_000);
afterAll(() => {
  process.stdout.write(`${table.join('\n')}\n`);
});

describe.each(packages)('%s', (name) => {
  it('is named alike attached and preloaded, warm and cold', async () => {
    const named: Record<string, string[]> = {};
    for (const way of ways) {
      const { said, samples } = await measured(name, way);
      const objects = new Set(said.flatMap((warning) => warning.objects ?? []).map((path) => basename(path)));
      named[way] = [...objects];
      const bytes = said.map(({ code, bytes: most = 0 }) => `${code} ${(most / 2 ** 20).toFixed(2)} MiB`);
      table.push(`${name.padEnd(18)} ${way.padEnd(15)} ${bytes.join(', ')}`);
      for (const sample of samples)
        expect(sample.total_bytes).toBeGreaterThanOrEqual(sample.native_total_bytes);
    }
    const [first] = Object.values(named);
    expect(first).toHaveLength(1);
    expect(named).toEqual(Object.fromEntries(ways.map((way) => [way, first])));
  });
});
