// Installs the packed package with every package manager that people use, into fresh projects, and takes a first
// measurement there: no compiler, no git, scripts allowed and ignored. Prints a table.
// Usage: npm test -- install-matrix [--only pnpm] [--node PATH]
// Ends with 'N passed, N failed'; the exit code is 1 when anything failed.
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InstallCell } from './lib/install-cell.mjs';
import { fetchManagers, managers } from './lib/package-managers.mjs';
import { packTarball } from './lib/packed.mjs';
import { buildFolder } from './lib/paths.mjs';
import { runScript, SetupError } from './lib/run.mjs';
import { prebuild } from './prebuild.mjs';

const folder = `${buildFolder}/install-matrix`;
/** One after the other, these would take longer than anybody waits. */
const atOnce = 2;

function readArguments() {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, node: { type: 'string', default: process.execPath } },
  });
  const chosen = managers.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) {
    throw new SetupError(
      `no package manager is called ${values.only}`,
      managers.map(({ name }) => name).join(', '),
    );
  }
  return { chosen, node: values.node };
}

async function runCell(cell) {
  const start = performance.now();
  const { problem, steps } = await cell.run();
  const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(3);
  const mark = problem === undefined ? 'ok  ' : 'FAIL';
  process.stdout.write(`  ${mark} ${cell.title.padEnd(34)} ${seconds} s  ${steps.join(', ')}\n`);
  if (problem !== undefined) process.stdout.write(`${problem.replaceAll(/^/gm, '         ')}\n`);
  return problem === undefined;
}

await runScript(async () => {
  const { chosen, node } = readArguments();
  await prebuild();
  rmSync(`${folder}/projects`, { recursive: true, force: true });
  mkdirSync(`${folder}/projects`, { recursive: true });
  const cache = `${folder}/cache`;
  await fetchManagers(folder, cache);
  const tarball = packTarball(`${folder}/projects`);
  const waiting = chosen.flatMap((manager) =>
    [true, false].map((scripts) => new InstallCell({ manager, scripts, tarball, folder, cache, node })),
  );
  const outcomes = [];
  const worker = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift())
      outcomes.push(await runCell(cell));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const failed = outcomes.filter((passed) => !passed).length;
  process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
});
