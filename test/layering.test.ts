// Imports and includes point one way; the source list is complete. A fixture full of breaches proves that
// the reader sees them.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  childBreaches,
  commandBreaches,
  nativeBreaches,
  sourceListBreaches,
  typescriptBreaches,
} from './support/layering.js';

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
  it('includes one way in native/', () => {
    expect(nativeBreaches(root)).toEqual([]);
  });
  it('lists every C++ source once', () => {
    expect(sourceListBreaches(root)).toEqual([]);
  });
});

describe('a tree with breaches', () => {
  it('has every wrong import reported', () => {
    expect(typescriptBreaches(broken)).toEqual([
      'src/engine/measure.ts: engine must not import cli',
      'src/engine/measure.ts: engine must not import runner',
      'src/native/load.ts: native must not import engine',
      'src/stats/mean.ts: stats must not import native',
      'src/stats/mean.ts: stats must stay pure: node:fs',
      'src/stats/mean.ts: stats must stay pure: export const now = (): number => performance.now();',
      'src/stray/thing.ts: the layer stray is not in the list of layers',
    ]);
  });
  it('has every import between commands reported', () => {
    expect(commandBreaches(broken)).toEqual([
      'src/cli/services.ts: what commands share must not import the command run',
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
  it('has every wrong include reported', () => {
    expect(nativeBreaches(broken)).toEqual([
      'native/backend/system.cpp: backend must not include tracker/tracker.h',
      'native/tracker/tracker.cpp: tracker must not include callers/cache.h',
      'native/tracker/tracker.cpp: ledger.h is not relative to native/',
      'native/tracker/tracker.cpp: tracker must not include node_api.h',
      'native/v8_heap/observer.cpp: v8_heap must not include v8.h',
    ]);
  });
  it('has a missing and an unlisted source reported', () => {
    expect(sourceListBreaches(broken)).toEqual([
      'v8_heap/observer.cpp: in no group of sources.json',
      'tracker/gone.cpp: listed, but not there',
    ]);
  });
});
