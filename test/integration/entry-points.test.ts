// What a process without a profile runs: the entry points of the preload library have the instructions that were recorded.
// BENCHMEM_FULL=1 only, and only with the compiler that they were recorded with: benchmarks/native/entry-points.mjs says so.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../benchmarks/native/entry-points.mjs', import.meta.url));
const checked =
  process.env.BENCHMEM_FULL === '1'
    ? spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
    : undefined;

describe('the entry points', () => {
  it.skipIf(checked === undefined || checked.status === 2)('have the instructions that were recorded', () => {
    expect(checked?.stdout).toContain('every instruction is the expected one');
    expect(checked?.status).toBe(0);
  });
});
