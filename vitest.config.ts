// Which tests exist and how each kind runs. Holds no test code.
import { defineConfig } from 'vitest/config';

// WHY forks, one file at a time: a measured process must not share its allocator with another test file.
const alone = { pool: 'forks' as const, fileParallelism: false, maxWorkers: 1 };

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      { test: { name: 'layering', include: ['test/layering.test.ts'] } },
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/fuzz/**/*.test.ts'] } },
      { test: { name: 'golden', include: ['test/golden/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // What `it.concurrent` runs at once: children that wait for nothing but their own work.
          maxConcurrency: 2,
          ...alone,
        },
      },
      { test: { name: 'mutation', include: ['test/mutation/**/*.test.ts'], testTimeout: 600_000, ...alone } },
    ],
  },
});
