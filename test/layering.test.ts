// Imports and includes point one way; the source list is complete. A fixture full of breaches proves that
// the reader sees them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  childBreaches,
  commandBreaches,
  integrationBreaches,
  missingLayers,
  nativeBreaches,
  sourceListBreaches,
  typescriptBreaches,
} from './support/layering.js';
import { printedGroups, printedLayers } from './support/layers.js';
import { claimBreaches } from './support/only-claims.js';
import { reasonBreaches } from './support/reasons.js';
import { repeatedBlocks } from './support/repeated-lines.js';
import { repositoryFiles } from './support/repository-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const broken = fileURLToPath(new URL('./fixtures/layering-breach', import.meta.url));

describe('this repository', () => {
  it('imports one way in src/', () => {
    expect(typescriptBreaches(root)).toEqual([]);
  });
  it('imports one way in src/cli/: commands what they share, never one another', () => {
    expect(commandBreaches(root)).toEqual([]);
  });
  it('imports nothing across the process boundary in src/engine/child/', () => {
    expect(childBreaches(root)).toEqual([]);
  });
  it('imports no integration from another, and no test runner that may not be there', () => {
    expect(integrationBreaches(root)).toEqual([]);
  });
  it('includes one way in native/', () => {
    expect(nativeBreaches(root)).toEqual([]);
  });
  it('lists every C++ source once', () => {
    expect(sourceListBreaches(root)).toEqual([]);
  });
  it('has every layer of the tables', () => {
    expect(missingLayers(root)).toEqual([]);
  });
  it('prints the tables of layers in ARCHITECTURE.md', () => {
    const text = readFileSync(`${root}/ARCHITECTURE.md`, 'utf8');
    const printed = /<!-- layers -->\n([\s\S]*?)\n<!-- end of layers -->/.exec(text)?.[1];
    expect(printed).toBe(`${printedLayers()}\n\n${printedGroups()}`);
  });
  it('has no 15 lines twice', () => {
    expect(repeatedBlocks(root, 15)).toEqual([]);
  });
  it('has only one of what a comment says is the only one', () => {
    expect(claimBreaches(root)).toEqual([]);
  });
  it('gives reasons in whole sentences', () => {
    const isExample = (file: string) => /^test\/(?:fixtures\/layering-breach\/|layering\.test)/.test(file);
    const files = repositoryFiles(root).filter((file) => !isExample(file));
    expect(reasonBreaches(root, files)).toEqual([]);
  });
});

describe('a tree with breaches', () => {
  it('has every wrong import reported', () => {
    expect(typescriptBreaches(broken)).toEqual([
      'src/compare/gate/verdict.ts: compare must not import plot',
      'src/compare/gate/verdict.ts: compare must stay pure: export const verdictOf = (): number => Date.now() + draw.length;',
      'src/engine/measure.ts: engine must not import cli',
      'src/engine/measure.ts: engine must not import runner',
      'src/native/load.ts: native must not import engine',
      'src/stats/mean.ts: stats must not import native',
      'src/stats/mean.ts: stats must stay pure: node:fs',
      'src/stats/mean.ts: stats must stay pure: export const now = (): number => performance.now();',
      'src/stray/thing.ts: the layer stray is not in the list of layers',
      'src/text/numbers.ts: text must not import compare',
    ]);
  });
  it('has every import between commands reported', () => {
    expect(commandBreaches(broken)).toEqual([
      'src/cli/services.ts: what commands share must not import the command run',
      'src/cli/suite/options.ts: what commands share must not import the command run',
      'src/cli/sweep/command.ts: the command sweep must not import the command run',
      'src/cli/text/table.ts: what commands share must not import the command sweep',
    ]);
  });
  it('has every import across the process boundary reported', () => {
    expect(childBreaches(broken)).toEqual([
      'src/engine/child/inside/entry.ts: inside must not import parent',
      'src/engine/child/protocol.ts: what both sides share must not import inside',
    ]);
  });
  it('has every wrong import of an integration reported', () => {
    expect(integrationBreaches(broken)).toEqual([
      'src/integrations/mocha/hooks.ts: the integration mocha must not import jest',
      'src/integrations/mocha/hooks.ts: vitest may not be installed: import its types alone',
    ]);
  });
  it('has every wrong include reported', () => {
    expect(nativeBreaches(broken)).toEqual([
      'native/backend/system.cpp: backend must not include tracker/tracker.h',
      'native/tracker/tracker.cpp: tracker must not include callers/cache.h',
      'native/tracker/tracker.cpp: ledger.h is not relative to native/',
      'native/tracker/tracker.cpp: tracker must not include node_api.h',
      'native/v8_heap/observer.cpp: v8_heap must not include v8.h',
    ]);
  });
  it('has lines that stand there twice reported, and no fewer than asked for', () => {
    const cells = 'src/sweep/cells.ts:4 repeats 15 lines of src/runner/cells.ts:1';
    expect(repeatedBlocks(broken, 15)).toEqual([cells]);
    expect(repeatedBlocks(broken, 16)).toEqual([]);
  });
  it('has broken claims of being the only one reported', () => {
    expect(claimBreaches(broken)).toEqual([
      'src/sweep/cells.ts: verdictOf is in src/compare/gate/verdict.ts only',
      "src/text/numbers.ts: 'gate.json' is in src/compare/gate/verdict.ts only",
      'src/compare/gate/verdict.ts: ONLY: nowhere: it is not there',
      'src/plot/page.ts: "The only place" is said with ONLY: symbol',
    ]);
  });
  it('has reasons that are no sentences reported', () => {
    expect(reasonBreaches(broken, ['src/plot/page.ts'])).toEqual([
      'src/plot/page.ts: WHY not here: nobody reads it.',
      'src/plot/page.ts: WHY: no reason.',
    ]);
  });
  it('has layers that are not there reported', () => {
    expect(missingLayers(broken)).toEqual(expect.arrayContaining(['src/exec', 'native/kernel']));
    expect(missingLayers(broken)).not.toContain('src/compare');
  });
  it('has a missing and an unlisted source reported', () => {
    expect(sourceListBreaches(broken)).toEqual([
      'v8_heap/observer.cpp: in no group of sources.json',
      'tracker/gone.cpp: listed, but not there',
    ]);
  });
});
