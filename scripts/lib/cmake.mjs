// Configures and builds a preset of CMakePresets.json, configured through cmake-js (it brings the Node-API
// headers; nothing is downloaded). Knows nothing about what the targets are for.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { doctestInclude, fetchDoctest, installCmake } from './debian.mjs';
import { buildFolder, root } from './paths.mjs';
import { runQuietly } from './run.mjs';
import { withBuildLock } from './step.mjs';
import { requirePrograms } from './toolchain.mjs';

const cmakeJs = `${root}/node_modules/cmake-js/bin/cmake-js`;

export function buildPreset(preset, { needsDoctest = true } = {}) {
  return withBuildLock(async () => {
    requirePrograms(['g++', 'make']);
    await installCmake();
    if (needsDoctest) await fetchDoctest();
    const folder = `${buildFolder}/cmake-${preset}`;
    mkdirSync(folder, { recursive: true });
    const doctest = doctestInclude();
    const definitions =
      doctest && doctest !== '/usr/include' ? [`--CDBENCHMEM_DOCTEST_INCLUDE=${doctest}`] : [];
    await runQuietly(`cmake-${preset}-configure`, process.execPath, [
      cmakeJs,
      'configure',
      '--out',
      folder,
      '--generator',
      'Unix Makefiles',
      ...definitions,
      '--',
      '--preset',
      preset,
    ]);
    await runQuietly(`cmake-${preset}-build`, 'cmake', [
      '--build',
      folder,
      '-j',
      String(availableParallelism()),
    ]);
  });
}
