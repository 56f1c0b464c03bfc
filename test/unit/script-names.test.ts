// Every npm script, kind of test, part of the build and benchmark that is named anywhere in this repository is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildParts } from '../../scripts/lib/build-parts.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { testKinds } from '../../scripts/lib/test-kinds.mjs';
import { repositoryFiles } from '../support/repository-files.js';

const files = repositoryFiles(root).filter((file) => !file.endsWith('script-names.test.ts'));
const benchmarks = readdirSync(join(root, 'benchmarks')).filter((name) =>
  existsSync(join(root, 'benchmarks', name, 'run.mjs')),
);
const words: Record<string, readonly string[]> = {
  test: Object.keys(testKinds),
  build: Object.keys(buildParts),
  bench: benchmarks,
};

const isPackage = (folder: string) => existsSync(join(root, folder, 'package.json'));

/** The scripts of the package that a file of this repository belongs to, or of the packages in the folders beside it. */
function scriptsOf(file: string): object {
  const beside = readdirSync(join(root, dirname(file))).map((name) => join(dirname(file), name));
  let folder = dirname(file);
  while (folder !== '.' && !isPackage(folder)) folder = dirname(folder);
  const packages = folder === '.' && dirname(file) !== '.' ? [folder, ...beside.filter(isPackage)] : [folder];
  return Object.assign(
    {},
    ...packages.map((each) => JSON.parse(readFileSync(join(root, each, 'package.json'), 'utf8')).scripts),
  );
}

// A word in capitals stands for any name; an option is no name.
const named = /\bnpm (?:run (?:-s )?|(?=start\b|test\b))([a-z][\w:-]*)(?: -- ([a-z][\w-]*))?/g;

/** The commands of a text that name what is not there. */
function unknownNames(text: string, scripts: object): string[] {
  return [...text.matchAll(named)]
    .filter(([, script = '', word]) => {
      if (!Object.hasOwn(scripts, script)) return true;
      return word !== undefined && words[script] !== undefined && !words[script].includes(word);
    })
    .map(([command]) => command);
}

describe('npm scripts', () => {
  it('are there wherever they are named', () => {
    const flaws = files.flatMap((file) =>
      unknownNames(readFileSync(join(root, file), 'utf8'), scriptsOf(file)).map((name) => `${file}: ${name}`),
    );
    expect(files.length).toBeGreaterThan(500);
    expect(flaws).toEqual([]);
  });
  it('are about fourteen, and none runs before another by its name', () => {
    const names = Object.keys(scriptsOf('package.json'));
    expect(names.length).toBeLessThanOrEqual(14);
    expect(names.filter((name) => /^(?:pre|post)/.test(name))).toEqual(['prepack']);
  });
  it('start programs that are there', () => {
    const programs = [
      ...Object.values(testKinds).map(({ program }) => program[0] ?? ''),
      ...Object.values(buildParts).map(({ script }) => script),
    ];
    expect(programs.filter((program) => !existsSync(join(root, program)))).toEqual([]);
  });
  it('would be reported if they were not there', () => {
    const text =
      '`npm run build:ts`, `npm test -- units`, `npm run bench -- all`; npm start, npm test -- unit, npm run bench -- NAME';
    expect(unknownNames(text, scriptsOf('package.json'))).toEqual([
      'npm run build:ts',
      'npm test -- units',
      'npm run bench -- all',
    ]);
  });
});
