// Builds the native benchmarks (preset bench), then runs the other scripts of this folder, or the one that the first
// argument names, with the other arguments. They get the folder of the built programs as BENCHMEM_BENCH_FOLDER.
import { readdirSync } from 'node:fs';
import { buildPreset } from '../../scripts/lib/cmake.mjs';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { runScript, runShown, SetupError } from '../../scripts/lib/run.mjs';
import { setup } from '../../scripts/setup.mjs';

const folder = `${buildFolder}/cmake-bench`;
const sources = `${root}/benchmarks/native`;

await runScript(async () => {
  await setup();
  await buildPreset('bench', { needsDoctest: false });
  const scripts = readdirSync(sources).filter((file) => file.endsWith('.mjs') && file !== 'run.mjs');
  if (scripts.length === 0) throw new SetupError('benchmarks/native holds no benchmark');
  const env = { BENCHMEM_BENCH_FOLDER: folder };
  const [wanted, ...rest] = process.argv.slice(2);
  const named = wanted !== undefined && !wanted.startsWith('-');
  const chosen = named ? scripts.filter((script) => script === `${wanted}.mjs`) : scripts;
  if (chosen.length === 0) {
    const names = scripts.map((script) => script.replace('.mjs', '')).join(', ');
    throw new SetupError(`benchmarks/native has no ${wanted}.mjs`, `the benchmarks are ${names}`);
  }
  const args = named ? rest : process.argv.slice(2);
  const runs = chosen.map((script) => [process.execPath, [`${sources}/${script}`, ...args]]);
  const failed = runs.filter(([command, args]) => runShown(command, args, { env }) !== 0);
  return failed.length > 0 ? 1 : 0;
});
