// `npm test`: set-up, then all tests: C++ first (without Node), then TypeScript. Ends with one line of counts.
// `npm test -- KIND ...`: one kind of scripts/lib/test-kinds.mjs, with the arguments that follow; --help lists the kinds.
import { choicesText, chosenFrom } from './lib/choice.mjs';
import { root } from './lib/paths.mjs';
import { runScript, runShown } from './lib/run.mjs';
import { testKinds } from './lib/test-kinds.mjs';
import { setup } from './setup.mjs';

const usage = 'npm test [-- KIND [ARGUMENTS]]: all tests, or one kind of them';

async function everything() {
  await setup();
  const { testNative } = await import('./test-native.mjs');
  // The package test packs the prebuilt binaries: made here, where the progress shows.
  await (await import('./prebuild.mjs')).prebuild();
  const { runVitest } = await import('./lib/vitest.mjs');
  const native = await testNative('release');
  const typescript = runVitest();
  const passed = native.passed + typescript.passed;
  const failed = native.failed + typescript.failed;
  const skipped = typescript.skipped > 0 ? `, ${typescript.skipped} skipped` : '';
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}\n`);
  return failed > 0 ? 1 : 0;
}

async function oneKind(name, rest) {
  const { program, needsSetup } = chosenFrom(testKinds, name, 'kind of test');
  if (needsSetup) await setup();
  const [file, ...args] = program;
  return runShown(process.execPath, [`${root}/${file}`, ...args, ...rest]);
}

await runScript(() => {
  const [kind, ...rest] = process.argv.slice(2);
  if (kind === undefined) return everything();
  if (kind !== '--help') return oneKind(kind, rest);
  process.stdout.write(choicesText(usage, testKinds));
  return 0;
});
