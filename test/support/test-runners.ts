// Test runners of exact versions, installed once below build/ when a test asks for them; vitest 4 is a dependency of this
// repository. Below each, every process that tests has a folder of its own, with its projects and a copy of the built
// package: a link would find the repository's own vitest, and what is shared would be deleted by another process.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { findAddon } from '../../src/native/load.js';
import { installPinned } from './pinned-packages.js';

/** The packages of each runner that no dependency of this repository brings. */
const pinned = {
  'vitest-4': {},
  'vitest-5': { vitest: '5.1.2', vite: '8.4.0' },
  jest: { jest: '30.5.2', 'jest-environment-jsdom': '30.5.2' },
  mocha: { mocha: '12.0.3' },
  'node-test': {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type TestRunner = keyof typeof pinned;

const folderOf = (runner: TestRunner): string => join(buildFolder, 'test-runners', runner);
const ownFolderOf = (runner: TestRunner): string => join(folderOf(runner), `of-${process.pid}`);

const prepared = new Set<TestRunner>();

/** Installs the runner, and the package as it is built now beside it; throws where npm cannot. */
function prepare(runner: TestRunner): void {
  if (prepared.has(runner)) return;
  const folder = folderOf(runner);
  if (Object.keys(pinned[runner]).length > 0) installPinned(folder, pinned[runner]);
  removeLeftBehind(folder);
  const own = ownFolderOf(runner);
  process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  const copy = join(own, 'node_modules/benchmem');
  for (const name of ['package.json', 'bin', 'dist']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  const built = dirname(findAddon());
  for (const name of readdirSync(built).filter((file) => /^(lib)?benchmem\.(node|so)$/.test(file))) {
    cpSync(join(built, name), join(copy, 'build/Release', name));
  }
  prepared.add(runner);
}

// A process that was killed removed nothing; one whose number this process has now is gone, too.
function removeLeftBehind(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = /^of-(\d+)$/.exec(name)?.[1];
    const isGone = pid !== undefined && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`));
    if (isGone) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** A fresh folder in which the runner and the package are found, with these files. The caller removes it. */
export function makeRunnerProject(runner: TestRunner, files: Readonly<Record<string, string>>): string {
  prepare(runner);
  const projects = join(ownFolderOf(runner), 'projects');
  mkdirSync(projects, { recursive: true });
  const project = mkdtempSync(`${projects}/`);
  for (const [name, content] of Object.entries({ 'package.json': '{ "private": true }\n', ...files })) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content);
  }
  return project;
}

/** The arguments with which node starts the runner; `alone`: without a plug-in of ours. */
export function runnerArgv(runner: TestRunner, alone = false): readonly string[] {
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
