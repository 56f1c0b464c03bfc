// Which tests exist and how each kind runs. Holds no test code.
import { defineConfig } from 'vitest/config';

// WHY: these are minutes, because a timeout is for what hangs, and must not distinguish a slow machine from a fast one.
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

// WHY: files run in forks, one at a time, because a measured process must not share its allocator with another test file.
const alone = { pool: 'forks' as const, fileParallelism: false, maxWorkers: 1 };

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      { test: { name: 'layering', include: ['test/layering.test.ts'], ...patience } },
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/fuzz/**/*.test.ts'], ...patience } },
      { test: { name: 'golden', include: ['test/golden/**/*.test.ts'], ...patience } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 400_000,
          hookTimeout: 400_000,
          // What `it.concurrent` runs at once: children that wait for nothing but their own work.
          maxConcurrency: 2,
          ...alone,
        },
      },
      // What people measured, each case named by what they asked. BENCHMEM_FULL=1: all of them; each file says on which Nodes.
      {
        test: {
          name: 'field',
          include: ['test/field/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 600_000,
          maxConcurrency: 2,
          ...alone,
        },
      },
      {
        test: {
          name: 'mutation',
          include: ['test/mutation/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          ...alone,
        },
      },
    ],
  },
});
