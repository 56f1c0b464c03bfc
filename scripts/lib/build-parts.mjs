// The parts that `npm run build -- PART` builds, and the script of each. Starts nothing.
// WHY: no npm script is called prebuild, because npm would run it before each build.
export const buildParts = {
  native: {
    summary: 'the addon and the preload library (--target linux-arm64)',
    script: 'scripts/build-native.mjs',
  },
  ts: { summary: 'dist/', script: 'scripts/build-ts.mjs' },
  addons: { summary: "the tests' addons, or those that are named", script: 'scripts/build-test-addons.mjs' },
  prebuilds: { summary: 'prebuilds/, which the npm package ships', script: 'scripts/prebuild.mjs' },
};
