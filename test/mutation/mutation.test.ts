// A broken tracker must fail the ground truth, and the tracker as it is must pass it, built the same way.
// Runs the preloaded mode over the C library's allocator with the library of each mutant.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groundTruth } from '../../scripts/lib/ground-truth.mjs';
import { brokenMaps, brokenTables, type Mutant, mutants } from './mutants.js';
import { applyMutant, buildLibrary, compilerMessages, passesTest } from './mutated-library.js';

const repetitions = 2;

describe('a deliberately broken tracker', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmem-mutation-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const discrepanciesOf = async (library: string): Promise<readonly string[]> => {
    const report = await groundTruth({ mode: 'system', repetitions, env: { LD_PRELOAD: library } });
    return report.discrepancies;
  };

  it('is needed to fail: the tracker as it is passes', async () => {
    const library = await buildLibrary(join(folder, 'unchanged'));
    expect(await discrepanciesOf(library)).toEqual([]);
  });

  it.each(mutants.map((mutant, index) => ({ ...mutant, index })))('is caught where $name', async (mutant) => {
    const library = await buildLibrary(join(folder, String(mutant.index)), mutant);
    const found = await discrepanciesOf(library);
    expect(found.filter((line) => line.includes(`${mutant.noticedBy}:`))).not.toEqual([]);
  });

  it('must be written anew when its anchor is gone', () => {
    const [mutant] = mutants;
    if (mutant === undefined) throw new Error('no mutants');
    expect(() => applyMutant('another text', mutant)).toThrow('occurs 0 times');
  });
});

describe('a table of the attached mode that lacks a hook of the list', () => {
  it('is needed to fail: the table as it is compiles', async () => {
    expect(await compilerMessages('interposer/attached/hooked_symbols.cpp')).toBe('');
  });

  it.each(brokenTables)('does not compile: $name', async (mutant) => {
    expect(await compilerMessages(mutant.file, mutant)).toContain(mutant.noticedBy);
  });
});

describe('a deliberately broken shadow map', () => {
  const test = 'test/native/tracker_shadow_map_test.cpp';
  const passes = async (mutant?: Mutant): Promise<boolean> => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmem-map-'));
    try {
      return await passesTest(folder, mutant?.noticedBy ?? test, 'tracker/shadow_map.cpp', mutant);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it('is needed to fail: the map as it is passes', async () => {
    expect(await passes()).toBe(true);
  });

  it.each(brokenMaps)('is caught where $name', async (mutant) => {
    expect(await passes(mutant)).toBe(false);
  });
});
