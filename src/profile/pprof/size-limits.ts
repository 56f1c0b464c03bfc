// How large a profile may be. INVARIANT: what the writer writes, the reader reads.
export const profileLimits = {
  inflatedBytes: 64 << 20,
  samples: 1_000_000,
  /** Of all samples together. */
  frames: 16_000_000,
  /** Of one stack. */
  depth: 2048,
  /** Of each table: texts, functions, locations, mappings. */
  entries: 1_000_000,
} as const;
