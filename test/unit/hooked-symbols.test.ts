// Both interposers hook the same allocation functions: what is counted must not depend on the mode.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) =>
  readFileSync(new URL(`../../native/interposer/${file}`, import.meta.url), 'utf8');
const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

// The attached mode alone: its callers of strdup are found faster, and it must hear of objects that go.
const attachedOnly = ['strdup', '__strdup', 'strndup', '__strndup', 'dlclose'];

describe('the list of hooked symbols', () => {
  const attached = names(read('attached/hooked_symbols.cpp'), /^ {4}hooked\("(\w+)"/gm);
  const preloaded = names(read('symbols.def'), /^BENCHMEM_HOOKED\w*\(\w+, "(\w+)"/gm);

  it('is the same in both modes', () => {
    expect(preloaded.length).toBeGreaterThan(30);
    expect([...attached].sort()).toEqual([...preloaded, ...attachedOnly].sort());
  });

  it('is as long as its header says', () => {
    const count = /kHookedSymbolCount = (\d+)/.exec(read('attached/hooked_symbols.h'))?.[1];
    expect(attached).toHaveLength(Number(count));
  });
});
