// A broken tracker must fail the ground truth, and the tracker as it is must pass it, built the same way.
// Runs the preloaded mode over the C library's allocator with the library of each mutant.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groundTruth } from '../../scripts/lib/ground-truth.mjs';
import {
  brokenMaps,
  brokenProfiles,
  brokenSeams,
  brokenTables,
  brokenWalks,
  type Mutant,
  mutants,
  profileSources,
} from './mutants.js';
import { applyMutant, buildLibrary, compilerMessages, passesTest, sourcesOf } from './mutated-library.js';

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

describe('a deliberately broken seam between the tracker and a profile', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmem-seam-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(brokenSeams.map((mutant, index) => ({ ...mutant, index })))(
    'is caught where $name',
    async (mutant) => {
      const library = await buildLibrary(join(folder, String(mutant.index)), mutant);
      const env = { LD_PRELOAD: library };
      const report = await groundTruth({ mode: 'system', repetitions, env, profile: true });
      const found = report.discrepancies as string[];
      expect(found.filter((line) => line.includes(`${mutant.noticedBy}:`))).not.toEqual([]);
    },
  );
});

describe('a table of the attached mode that lacks a hook of the list', () => {
  it('is needed to fail: the table as it is compiles', async () => {
    expect(await compilerMessages('interposer/attached/hooked_symbols.cpp')).toBe('');
  });

  it.each(brokenTables)('does not compile: $name', async (mutant) => {
    expect(await compilerMessages(mutant.file, mutant)).toContain(mutant.noticedBy);
  });
});

/** Whether the C++ test passes with the mutant's change, in a folder of its own. */
async function passesWith(test: string, sources: readonly string[], mutant?: Mutant): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-mutant-'));
  try {
    return await passesTest(folder, test, sources, mutant);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a deliberately broken profile', () => {
  it.each([...new Set(brokenProfiles.map(({ noticedBy }) => noticedBy))])(
    'is needed to fail: the profile as it is passes %s',
    async (test) => {
      expect(await passesWith(test, profileSources)).toBe(true);
    },
  );

  it.each(brokenProfiles)('is caught where $name', async (mutant) => {
    expect(await passesWith(mutant.noticedBy, profileSources, mutant)).toBe(false);
  });
});

describe('a deliberately broken shadow map', () => {
  const test = 'test/native/tracker_shadow_map_test.cpp';
  const sources = ['tracker/shadow_map.cpp'];

  it('is needed to fail: the map as it is passes', async () => {
    expect(await passesWith(test, sources)).toBe(true);
  });

  it.each(brokenMaps)('is caught where $name', async (mutant) => {
    expect(await passesWith(mutant.noticedBy, sources, mutant)).toBe(false);
  });
});

describe('a deliberately broken walk of the stack', () => {
  const sources = sourcesOf('callers');

  it.each([...new Set(brokenWalks.map(({ noticedBy }) => noticedBy))])(
    'is needed to fail: %s passes as it is',
    async (test) => {
      expect(await passesWith(test, sources)).toBe(true);
    },
  );

  it.each(brokenWalks)('is caught where $name', async (mutant) => {
    expect(await passesWith(mutant.noticedBy, sources, mutant)).toBe(false);
  });
});
