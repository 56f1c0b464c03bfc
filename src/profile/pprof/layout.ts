// What a pprof file holds where: field numbers of profile.proto, the types of our samples in their order, and the
// mappings that stand for code of no shared object. Shared by the writer and the reader.
import type { FigureName, FrameKind } from '../model.js';

export const profileField = {
  sampleType: 1,
  sample: 2,
  mapping: 3,
  location: 4,
  function: 5,
  text: 6,
  comment: 13,
};
export const sampleField = { location: 1, value: 2 };
export const typeField = { type: 1, unit: 2 };
export const mappingField = { id: 1, name: 5, buildId: 6, hasFunctions: 7, hasFiles: 8, hasLines: 9 };
export const locationField = { id: 1, mapping: 2, address: 3, line: 4 };
export const lineField = { function: 1, line: 2, column: 3 };
export const functionField = { id: 1, name: 2, systemName: 3, file: 4, startLine: 5 };

export interface SampleType {
  readonly type: string;
  readonly unit: 'count' | 'bytes';
  readonly figure: FigureName;
}

/** WHY: the peak is last, because `go tool pprof` shows the last type unless it is asked for another. */
export const sampleTypes: readonly SampleType[] = [
  { type: 'js_sampled_space', unit: 'bytes', figure: 'jsBytes' },
  { type: 'temporary', unit: 'count', figure: 'temporary' },
  { type: 'alloc_objects', unit: 'count', figure: 'allocations' },
  { type: 'alloc_space', unit: 'bytes', figure: 'bytes' },
  { type: 'leaked_objects', unit: 'count', figure: 'liveBlocks' },
  { type: 'leaked_space', unit: 'bytes', figure: 'liveBytes' },
  { type: 'native_peak_space', unit: 'bytes', figure: 'peakBytes' },
  { type: 'inuse_objects', unit: 'count', figure: 'sumBlocks' },
  { type: 'inuse_space', unit: 'bytes', figure: 'sumBytes' },
];

/** What other tools call some of them. */
export const foreignTypes: readonly SampleType[] = [
  { type: 'objects', unit: 'count', figure: 'sumBlocks' },
  { type: 'space', unit: 'bytes', figure: 'sumBytes' },
];

/**
 * Frames that lie in no shared object have a mapping by their kind. WHY: names are in brackets, because tools take no such
 * mapping for the program.
 */
export const mappingByKind: Readonly<Partial<Record<FrameKind, string>>> = {
  js: '[javascript]',
  builtin: '[v8 builtins]',
  wasm: '[wasm]',
  thread: '[threads]',
  special: '[special]',
};

export const commentStart = 'benchmem ';
