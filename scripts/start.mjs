// `npm start`: set-up, then the main job: run the real workloads of benchmarks/bench, save the run and print its table.
// Names after `--` choose suites: npm start -- sharp zlib
import { readdirSync } from 'node:fs';
import { root } from './lib/paths.mjs';
import { runScript, runShown, SetupError } from './lib/run.mjs';
import { setup } from './setup.mjs';

function chosenSuites(names) {
  const files = readdirSync(`${root}/benchmarks/bench`)
    .filter((file) => /\.bench\.(mjs|ts)$/.test(file))
    .sort();
  const unknown = names.filter((name) => !files.some((file) => file.startsWith(`${name}.`)));
  if (unknown.length > 0) {
    const known = files.map((file) => file.replace(/\.bench\.\w+$/, '')).join(', ');
    throw new SetupError(`no suite named ${unknown.join(', ')}`, `the suites are ${known}`);
  }
  return names.length === 0
    ? files
    : files.filter((file) => names.includes(file.replace(/\.bench\.\w+$/, '')));
}

await runScript(async () => {
  await setup({ testAddons: false });
  const suites = chosenSuites(process.argv.slice(2));
  return runShown(process.execPath, [
    `${root}/bin/benchmem.js`,
    'run',
    ...suites.map((file) => `benchmarks/bench/${file}`),
    '--save',
    'start',
    '--json',
    'build/start.json',
  ]);
});
