// Builds the native benchmarks (preset bench) and runs them all: the programs of benchmarks/native/*.cpp,
// then its scripts (*.mjs), which get the programs' folder as BENCHMEM_BENCH_FOLDER.
import { readdirSync } from 'node:fs';
import { buildPreset } from './lib/cmake.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runScript, runShown, SetupError } from './lib/run.mjs';
import { setup } from './setup.mjs';

const folder = `${buildFolder}/cmake-bench`;
const sources = `${root}/benchmarks/native`;

await runScript(async () => {
  await setup();
  await buildPreset('bench', { needsDoctest: false });
  const programs = readdirSync(folder).filter((file) => /^bench_[a-z0-9_]+$/.test(file));
  const scripts = readdirSync(sources).filter((file) => file.endsWith('.mjs'));
  if (programs.length + scripts.length === 0) throw new SetupError('benchmarks/native holds no benchmark');
  const env = { BENCHMEM_BENCH_FOLDER: folder };
  const runs = [
    ...programs.map((program) => [`${folder}/${program}`, []]),
    ...scripts.map((script) => [process.execPath, [`${sources}/${script}`, ...process.argv.slice(2)]]),
  ];
  const failed = runs.filter(([command, args]) => runShown(command, args, { env }) !== 0);
  return failed.length > 0 ? 1 : 0;
});
