// `npm test`: set-up, then all tests: C++ first (without Node), then TypeScript. Ends with one line of counts.
// `npm test -- KIND ...`: the TypeScript tests of these kinds alone (projects of vitest.config.ts).
import { runScript } from './lib/run.mjs';
import { setup } from './setup.mjs';

await runScript(async () => {
  await setup();
  const kinds = process.argv.slice(2);
  if (kinds.length > 0) {
    const { runVitest } = await import('./lib/vitest.mjs');
    return runVitest(kinds).failed > 0 ? 1 : 0;
  }
  const { testNative } = await import('./test-native.mjs');
  // The package test packs the prebuilt binaries: made here, where the progress shows.
  await (await import('./prebuild.mjs')).prebuild();
  const { runVitest } = await import('./lib/vitest.mjs');
  const native = await testNative('release');
  const typescript = runVitest([]);
  const passed = native.passed + typescript.passed;
  const failed = native.failed + typescript.failed;
  const skipped = typescript.skipped > 0 ? `, ${typescript.skipped} skipped` : '';
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}\n`);
  return failed > 0 ? 1 : 0;
});
