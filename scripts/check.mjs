// `npm run check`: types, lint, the form of the C++ sources, layering, unit and golden tests; under a minute once the set-up is done.
import { root } from './lib/paths.mjs';
import { runScript, runShown } from './lib/run.mjs';
import { setup } from './setup.mjs';

const tool = (path) => `${root}/node_modules/${path}`;

const checks = {
  types: [tool('typescript/bin/tsc'), '-p', 'tsconfig.check.json'],
  lint: [tool('@biomejs/biome/bin/biome'), 'check', '.'],
  'form of C++': ['scripts/format-native.mjs', '--check'],
  tests: [
    tool('vitest/vitest.mjs'),
    'run',
    '--project',
    'layering',
    '--project',
    'unit',
    '--project',
    'golden',
  ],
};

await runScript(async () => {
  await setup({ testAddons: false });
  const failed = Object.entries(checks).filter(([name, args]) => {
    process.stdout.write(`\n== ${name}\n`);
    return runShown(process.execPath, args) !== 0;
  });
  if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.map(([name]) => name).join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
});
