// Comes first (`--require`) in each process of `benchmem test --deterministic`: the preload library takes itself out of the
// environment, and this puts it back for the processes that run tests. INVARIANT: it imports nothing, because everything that
// it loads would stand in the heap of what is measured.

const given = process.env.BENCHMEM_TEST_PRELOAD;
if (given !== undefined) {
  const { library, allocator, before } = JSON.parse(given) as {
    readonly library: string;
    readonly allocator: string;
    readonly before: string | null;
  };
  process.env.LD_PRELOAD = before === null ? library : `${library}:${before}`;
  process.env.BENCHMEM_ALLOCATOR = allocator;
}

export {};
