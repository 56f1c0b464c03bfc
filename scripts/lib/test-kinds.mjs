// The kinds of tests that `npm test -- KIND` runs: what each is for, and the program that runs it. Starts nothing.

const vitest = (...args) => ['node_modules/vitest/vitest.mjs', 'run', ...args];
const project = (name) => ({ program: vitest('--project', name), needsSetup: true });

/** `program`: what Node runs, from the root; arguments after the kind are added. `needsSetup`: it sets up nothing itself. */
export const testKinds = {
  unit: { summary: 'TypeScript units, and readers against broken files', ...project('unit') },
  golden: { summary: 'what the command line prints', ...project('golden') },
  integration: { summary: 'real addons, packages and children', ...project('integration') },
  field: {
    summary: 'what people asked of real packages and live programs (BENCHMEM_FULL=1: all of it)',
    ...project('field'),
  },
  mutation: { summary: 'a source that is broken on purpose fails the tests', ...project('mutation') },
  layering: { summary: 'imports, includes and the form of comments', ...project('layering') },
  native: { summary: 'C++ tests (asan, tsan: under that sanitizer)', program: ['scripts/test-native.mjs'] },
  sanitizers: {
    summary: 'C++ tests and fuzzers under ASan + UBSan, then TSan',
    program: ['scripts/test-native.mjs', 'asan', 'tsan'],
  },
  fuzz: {
    summary: 'the C++ fuzzers, for longer (--runs 100000 --seed 7)',
    program: ['scripts/fuzz-native.mjs'],
  },
  determinism: {
    summary: 'fresh runs give the same bytes (--runs 20)',
    program: ['scripts/determinism.mjs'],
  },
  'node-matrix': {
    summary: 'exactness on Node 20, 22, 24 and 26 (--nodes 20,26 --repetitions 10)',
    program: ['scripts/node-matrix.mjs'],
  },
  'install-matrix': {
    summary: 'npm, pnpm and yarn install the package, which then measures (--only pnpm)',
    program: ['scripts/install-matrix.mjs'],
  },
  verdicts: {
    summary: "this repository's tests come to the same with the memory report and without",
    program: ['scripts/suite-verdicts.mjs'],
  },
  package: {
    summary: 'what the npm package holds',
    program: vitest('--project', 'integration', 'test/integration/package.test.ts'),
    needsSetup: true,
  },
  arm64: {
    summary: 'linux-arm64 under an emulator (--only package, --full)',
    program: ['scripts/test-arm64.mjs'],
  },
};
