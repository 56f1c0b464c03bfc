// npm packages of exact versions, installed once below build/ when a test or a benchmark asks for them: no dependency of this repository.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Installs what is missing; throws where npm cannot.
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} versions
 */
export function installPinned(folder, versions) {
  const isInstalled = ([name, version]) => {
    const file = `${folder}/node_modules/${name}/package.json`;
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
  };
  if (Object.entries(versions).every(isInstalled)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const argv = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages];
  const { status, stderr } = spawnSync('npm', argv, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not install ${packages.join(' ')}, needed once: ${stderr}`);
}
