// Builds the native fuzzers (preset fuzz) and runs each: `npm test -- fuzz [--runs N] [--seed S]`.
// With clang as CXX they are libFuzzer programs; the arguments are then libFuzzer's own.
import { readdirSync } from 'node:fs';
import { buildPreset } from './lib/cmake.mjs';
import { buildFolder } from './lib/paths.mjs';
import { runScript, runShown, SetupError } from './lib/run.mjs';

const folder = `${buildFolder}/cmake-fuzz`;

await runScript(async () => {
  await buildPreset('fuzz', { needsDoctest: false });
  const fuzzers = readdirSync(folder).filter((file) => /^fuzz_[a-z0-9_]+$/.test(file));
  if (fuzzers.length === 0) throw new SetupError('test/fuzz/native holds no fuzzer');
  const failed = fuzzers.filter((fuzzer) => {
    process.stdout.write(`\n== ${fuzzer}\n`);
    return runShown(`${folder}/${fuzzer}`, process.argv.slice(2)) !== 0;
  });
  process.stdout.write(`\n${fuzzers.length - failed.length} passed, ${failed.length} failed\n`);
  return failed.length > 0 ? 1 : 0;
});
