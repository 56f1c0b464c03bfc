// A textual change of src/ or native/ that breaks a rule of the sources must fail the check of that rule: each is made in a
// copy, which the same functions read that the tests of the rules call.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import type { Command } from '../../src/cli/command.js';
import { rowFlaws } from '../support/command-rows.js';
import { claimBreaches } from '../support/only-claims.js';
import { type BrokenSource, brokenClaims, brokenRows } from './mutants.js';
import { applyMutant } from './mutated-library.js';

// WHY: the copies are in build/, because what they import is found from there.
mkdirSync(buildFolder, { recursive: true });
const folder = mkdtempSync(join(buildFolder, 'mutants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let copies = 0;

function copyWith(mutant?: BrokenSource): string {
  copies += 1;
  const copy = join(folder, String(copies));
  for (const tree of ['src', 'native'])
    cpSync(join(root, tree), join(copy, tree), {
      recursive: true,
      filter: (source) => source !== join(root, 'native/vendor'),
    });
  if (mutant !== undefined) {
    const file = join(copy, mutant.file);
    writeFileSync(file, applyMutant(readFileSync(file, 'utf8'), mutant));
  }
  return copy;
}

async function flawsIn(copy: string): Promise<string[]> {
  const { commands } = (await import(join(copy, 'src/cli/commands.ts'))) as { commands: Command[] };
  return rowFlaws(commands);
}

describe('a row of a command', () => {
  it('is needed to fail: the rows as they are are whole', async () => {
    expect(await flawsIn(copyWith())).toEqual([]);
  });
  it.each(brokenRows)('is caught where $name', async (mutant) => {
    expect(await flawsIn(copyWith(mutant))).toEqual([mutant.noticedBy]);
  });
});

describe('a claim to be the only one', () => {
  it('is needed to fail: the claims as they are hold', () => {
    expect(claimBreaches(copyWith())).toEqual([]);
  });
  it.each(brokenClaims)('is caught where $name', (mutant) => {
    expect(claimBreaches(copyWith(mutant))).toEqual([mutant.noticedBy]);
  });
});
