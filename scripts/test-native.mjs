// Builds and runs the C++ tests for CMake presets (default: release); under a sanitizer the fuzzers too,
// for a fixed number of random inputs. `npm test -- native [preset ...]`
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { buildTestAddons } from './build-test-addons.mjs';
import { buildPreset } from './lib/cmake.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runQuietly, runScript, SetupError } from './lib/run.mjs';

const fuzzRuns = '300';
// A deadlock is a failure, not a build that never ends. The slowest (tsan) takes under two minutes at rest.
const timeoutSeconds = 900;

// WHY: may_return_null is set, because the tests ask for impossible blocks and alignments on purpose. abort_on_error is not,
// because in TSan's report the tests' own handler of SIGABRT would wait for a lock that the aborting thread holds.
const sanitizerEnvironment = {
  ASAN_OPTIONS: 'allocator_may_return_null=1',
  TSAN_OPTIONS: `allocator_may_return_null=1:halt_on_error=1:suppressions=${root}/test/native/tsan.supp`,
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

// doctest's closing line: [doctest] test cases: 12 | 12 passed | 0 failed | 0 skipped
function countsOf(log) {
  const counts = /test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed/.exec(
    readFileSync(log, 'utf8'),
  );
  return counts && { passed: Number(counts[2]), failed: Number(counts[3]) };
}

async function runTests(preset) {
  const name = `benchmem_tests-${preset}`;
  try {
    await runQuietly(name, `${buildFolder}/cmake-${preset}/benchmem_tests`, ['--no-colors'], {
      env: sanitizerEnvironment,
      timeoutSeconds,
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stdout.write(`${error.message}\n`);
    // A sanitizer may report after doctest's closing line said that all passed.
    const counts = countsOf(`${buildFolder}/logs/${name}.log`) ?? { passed: 0, failed: 0 };
    return { passed: counts.passed, failed: Math.max(1, counts.failed) };
  }
  const counts = countsOf(`${buildFolder}/logs/${name}.log`);
  if (!counts || counts.passed === 0) throw new SetupError(`${name} ran no test`);
  return counts;
}

async function runFuzzers(preset) {
  const folder = `${buildFolder}/cmake-${preset}`;
  const fuzzers = readdirSync(folder).filter((file) => /^fuzz_[a-z0-9_]+$/.test(file));
  let failed = 0;
  for (const fuzzer of fuzzers) {
    try {
      await runQuietly(`${fuzzer}-${preset}`, `${folder}/${fuzzer}`, ['--runs', fuzzRuns], {
        env: sanitizerEnvironment,
        timeoutSeconds,
      });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      process.stdout.write(`${error.message}\n`);
      failed += 1;
    }
  }
  return { passed: fuzzers.length - failed, failed };
}

/** Runs the C++ tests of one preset; returns how many passed and failed. */
export async function testNative(preset) {
  await buildPreset(preset);
  await buildTestAddons(['frames']);
  const results = [await runTests(preset)];
  if (existsSync(`${buildFolder}/cmake-${preset}`) && preset !== 'release')
    results.push(await runFuzzers(preset));
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  const counts = { passed: sum('passed'), failed: sum('failed') };
  process.stdout.write(`  C++ tests (${preset}): ${counts.passed} passed, ${counts.failed} failed\n`);
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    const presets = process.argv.slice(2);
    let failed = 0;
    for (const preset of presets.length > 0 ? presets : ['release'])
      failed += (await testNative(preset)).failed;
    return failed > 0 ? 1 : 0;
  });
}
