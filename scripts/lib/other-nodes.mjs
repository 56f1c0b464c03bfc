// Other Node versions for the tests: exact versions of an npm package that carries bin/node, in a git-ignored folder.
// Fetches a version once, through npm.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { root } from './paths.mjs';
import { SetupError } from './run.mjs';

// BENCHMEM_MATRIX_ARCH=arm64: Nodes of another machine, which this one runs under emulation.
const arch = process.env.BENCHMEM_MATRIX_ARCH ?? process.arch;
const isForeign = arch !== process.arch;
const folder = `${root}/.node-matrix${isForeign ? `-${arch}` : ''}`;
const versions = { 20: '20.20.2', 22: '22.23.3', 24: arch === 'x64' ? '24.9.0' : '24.22.3', 26: '26.10.0' };

const runningMajor = () => (isForeign ? undefined : process.versions.node.split('.')[0]);
const executableOf = (major) => `${folder}/node_modules/node${major}/bin/node`;

/** The path of a node executable of each major version; the running one serves its own. */
export function nodesOf(majors) {
  const unknown = majors.find((major) => versions[major] === undefined);
  if (unknown)
    throw new SetupError(`no Node ${unknown} in the matrix`, `known: ${Object.keys(versions).join(', ')}`);
  fetchMissing(majors.filter((major) => major !== runningMajor() && !existsSync(executableOf(major))));
  return majors.map((major) => ({
    major,
    executable: major === runningMajor() ? process.execPath : executableOf(major),
  }));
}

function fetchMissing(majors) {
  if (majors.length === 0) return;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(`${folder}/package.json`)) writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const packages = majors.map((major) => `node${major}@npm:node-linux-${arch}@${versions[major]}`);
  process.stdout.write(`  fetching Node ${majors.join(', ')} ...\n`);
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
  if (isForeign) args.push('--force'); // WHY: npm refuses what does not run on this machine
  const done = spawnSync('npm', [...args, ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) {
    throw new SetupError(
      `npm could not install ${packages.join(' ')}`,
      'the matrix needs the npm registry once',
    );
  }
}
