// Test runners of exact versions, installed once below build/ when a test or a benchmark asks for them; vitest 4 is a dependency
// of this repository. Beside each stands a copy of the built package: a link would find the repository's own vitest. Each
// process that tests has a folder of its own for its projects, because another one may test at the same time.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFolder, root } from './paths.mjs';
import { installPinned } from './pinned-packages.mjs';

/** The packages of each runner that no dependency of this repository brings. */
export const pinnedRunners = {
  'vitest-4': {},
  'vitest-5': { vitest: '5.1.2', vite: '8.4.0' },
  jest: { jest: '30.5.2', 'jest-environment-jsdom': '30.5.2' },
  mocha: { mocha: '12.0.3' },
  'node-test': {},
};

const folderOf = (runner) => join(buildFolder, 'test-runners', runner);
const projectsOf = (runner) => join(folderOf(runner), `projects-${process.pid}`);

const prepared = new Set();

/** Installs the runner, and the package as it is built now beside it; throws where npm cannot. */
function prepare(runner, addonFolder) {
  if (prepared.has(runner)) return;
  const folder = folderOf(runner);
  if (Object.keys(pinnedRunners[runner]).length > 0) installPinned(folder, pinnedRunners[runner]);
  copyPackage(join(folder, 'node_modules'), addonFolder);
  removeLeftBehind(folder);
  process.once('exit', () => rmSync(projectsOf(runner), { recursive: true, force: true }));
  prepared.add(runner);
}

// WHY: it is copied only if it is another build, because a process that tests at the same time loads it.
function copyPackage(modules, built) {
  const copy = join(modules, 'benchmem');
  const noted = join(copy, '.built');
  const stamp = [
    join(root, 'dist'),
    join(root, 'package.json'),
    join(built, 'benchmem.node'),
    join(built, 'libbenchmem.so'),
  ]
    .map((path) => statSync(path).ctimeMs)
    .join(' ');
  if (existsSync(noted) && readFileSync(noted, 'utf8') === stamp) return;
  const fresh = `${copy}-${process.pid}`;
  for (const name of ['package.json', 'bin', 'dist']) {
    cpSync(join(root, name), join(fresh, name), { recursive: true });
  }
  for (const name of readdirSync(built).filter((file) => /^(lib)?benchmem\.(node|so)$/.test(file))) {
    cpSync(join(built, name), join(fresh, 'build/Release', name));
  }
  writeFileSync(join(fresh, '.built'), stamp);
  rmSync(copy, { recursive: true, force: true });
  try {
    renameSync(fresh, copy);
  } catch (error) {
    // Another process that tests put the same build there meanwhile.
    rmSync(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY') throw error;
  }
}

// A process that was killed removed nothing; one whose number this process has now is gone, too.
function removeLeftBehind(folder) {
  for (const name of readdirSync(folder)) {
    const pid = /^projects-(\d+)$/.exec(name)?.[1];
    const isGone = pid !== undefined && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`));
    if (isGone) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * A fresh folder in which the runner and the package are found, with these files. The caller removes it. `addonFolder`: of the
 * addon and the preload library that the package gets.
 * @param {keyof typeof pinnedRunners} runner
 * @param {Readonly<Record<string, string>>} files
 * @returns {string}
 */
export function runnerProject(runner, files, addonFolder = join(buildFolder, 'Release')) {
  prepare(runner, addonFolder);
  const projects = projectsOf(runner);
  mkdirSync(projects, { recursive: true });
  const project = mkdtempSync(`${projects}/`);
  for (const [name, content] of Object.entries({ 'package.json': '{ "private": true }\n', ...files })) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content);
  }
  return project;
}

/**
 * The arguments with which node starts the runner; `alone`: without a plug-in of ours.
 * @param {keyof typeof pinnedRunners} runner
 * @returns {readonly string[]}
 */
export function runnerArgv(runner, alone = false) {
  const modules = join(folderOf(runner), 'node_modules');
  switch (runner) {
    case 'vitest-4':
      return [join(root, 'node_modules/vitest/vitest.mjs'), 'run'];
    case 'vitest-5':
      return [join(modules, 'vitest/vitest.mjs'), 'run'];
    case 'jest':
      return [join(modules, 'jest/bin/jest.js')];
    case 'mocha':
      return [join(modules, 'mocha/bin/mocha.js')];
    case 'node-test':
      return alone ? ['--test'] : ['--import', 'benchmem/node-test', '--test'];
  }
}
