// Real packages with an allocator inside: recognised and named, never a small figure without a warning, and a figure of
// its own on request. Installs the packages once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import type { MemoryResult } from '../../src/index.js';
import { builtApi } from '../support/built-api.js';
import { measureOnNode } from '../support/isolated-on-node.js';
import { installPrivatePackages, privatePackages } from '../support/private-packages.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const module = path('../fixtures/measured/private-allocator-actions.mjs');
const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '24']);
const mebibyte = 1 << 20;
const hashBytes = 64 * mebibyte;

beforeAll(installPrivatePackages, 600_000);

const unseenOf = ({ warnings }: MemoryResult) => warnings.filter(({ code }) => code === 'UNSEEN_MEMORY');
// @swc/core loads a copy of its addon from a cache of its own.
const isInstalled = (object: string) =>
  object.includes('/private-allocators/') || object.includes('/swc-native-');
const isArgon2 = (object: string) => object.includes('/@node-rs/argon2');

describe.each(nodes)('on Node $major', ({ executable: node }) => {
  it('packages with mimalloc inside are recognised and named', async () => {
    const result = await measureOnNode({ execPath: node, module, name: 'everything', repeats: 1 });
    const [unseen, ...others] = unseenOf(result);
    expect(others).toEqual([]);
    const named = unseen?.objects ?? [];
    const recognised = unseen?.message.match(/\(mimalloc inside\)/g) ?? [];
    expect(named.filter((object) => !isInstalled(object))).toEqual([]);
    expect(recognised).toHaveLength(named.length);
    expect(named.length).toBeGreaterThanOrEqual(6);
    expect(named.length).toBeLessThanOrEqual(Object.keys(privatePackages).length);
  });

  it('64 MiB of argon2 are not reported as a small peak alone', async () => {
    const result = await measureOnNode({ execPath: node, module, name: 'argon2', repeats: 1 });
    expect(result.native.peakBytes).toBeLessThan(mebibyte);
    const [unseen] = unseenOf(result);
    expect(unseen?.bytes).toBeGreaterThanOrEqual(hashBytes);
    expect(unseen?.bytes).toBeLessThan(1.1 * hashBytes);
    expect(unseen?.objects?.filter(isArgon2)).toHaveLength(1);
    expect(unseen?.message).toContain('mimalloc inside');
  });
});

describe('exposed', () => {
  it('argon2 has a figure of its own, and the warning is gone', async () => {
    const options = { isolate: true, exposePrivate: true, repeats: 2 } as const;
    const result = await builtApi.measureMemory({ module, export: 'argon2' }, options);
    for (const { private_mapped_peak_bytes } of result.samples) {
      expect(private_mapped_peak_bytes).toBeGreaterThanOrEqual(hashBytes);
      expect(private_mapped_peak_bytes).toBeLessThan(1.1 * hashBytes);
    }
    expect(unseenOf(result)).toEqual([]);
  });
});

describe('benchmem measure --expose-private', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-private-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes the figure to the run file; without it the table warns', () => {
    const measure = (...options: string[]) => {
      const argv = ['measure', module, '--export', 'argon2', '--repeats', '1', ...options];
      return spawnSync(process.execPath, [path('../../bin/benchmem.js'), ...argv], { encoding: 'utf8' });
    };
    const json = join(folder, 'run.json');
    const exposed = measure('--expose-private', '--json', json);
    expect(exposed.status).toBe(0);
    expect(exposed.stdout + exposed.stderr).not.toContain('UNSEEN_MEMORY');
    const run = readFileSync(json, 'utf8');
    const figure = Number(/"private_mapped_peak_bytes":\s*\[?\s*(\d+)/.exec(run)?.[1]);
    expect(figure).toBeGreaterThanOrEqual(hashBytes);
    expect(figure).toBeLessThan(1.1 * hashBytes);
    expect(run).toContain('MIMALLOC_PURGE_DELAY');
    const plain = measure();
    expect(plain.status).toBe(0);
    expect(plain.stdout + plain.stderr).toMatch(/UNSEEN_MEMORY|mimalloc inside/);
  });
});
