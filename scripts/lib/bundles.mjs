// Puts what every child loads into few files of dist/cjs: a file per entry, and one for what the public index exports as it is.
// INVARIANT: errors.js stays a module of its own, which every bundle requires: one process has one BenchmemError. The agent alone
// has a copy, because it hands no error on, and the process forgets its modules.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { SetupError } from './run.mjs';

/** Main modules of children, and what one of them requires by its path. */
const entries = [
  'engine/child/inside/entry.js',
  'engine/child/inside/extra-entry.js',
  'engine/child/inside/retainers-entry.js',
  'runner/case-resolver.js',
  'runner/list-entry.js',
  'runner/timing-entry.js',
];

/** What goes before a whole program: one file, because each is looked for and compiled in the program's own time. */
const agent = 'exec/agent.js';

/** Every process has them once: a class of its own in each file would be another class. */
const alone = ['errors.js', 'engine/child/inside/observed-thread.js'];

/** ES modules that hand on what their twin exports, so that both module systems have the same classes. */
const handedOn = ['errors.js', 'engine/result/memory-result.js', 'index.js'];

const lean = 'lean.js';
const staticImport = /^(?:import|export)\b[^'"(]*['"](\.{1,2}\/[^'"]+\.js)['"]/gm;

/** The modules that `file` needs at its loading, itself left out. */
function neededBy(folder, file) {
  const found = new Set();
  const visit = (each) => {
    for (const [, path] of readFileSync(join(folder, each), 'utf8').matchAll(staticImport)) {
      const needed = join(dirname(each), path);
      if (found.has(needed)) continue;
      found.add(needed);
      visit(needed);
    }
  };
  visit(file);
  return [...found].sort();
}

const requirePath = (from, to) => {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
};

/** Where each import of a bundle leads; `placeOf` names the file of a module that is not taken in. */
function places(folder, outfile, placeOf) {
  return {
    name: 'places',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, kind, resolveDir }) => {
        if (kind === 'entry-point') return undefined;
        if (!path.startsWith('.')) return { path, external: true };
        const file = relative(folder, join(resolveDir, path));
        const place = kind === 'dynamic-import' ? file : placeOf(file);
        return place === undefined ? undefined : { path: requirePath(outfile, place), external: true };
      });
      // WHY: this is the ES module's own place, because it is what import.meta.url names in the twins, too.
      build.onLoad({ filter: /\.js$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replaceAll(
          'import.meta.url',
          `(benchmemFolder + ${JSON.stringify(relative(folder, path))})`,
        ),
      }));
    },
  };
}

/** One file of dist/cjs, with everything in it that `placeOf` has no place for. */
async function bundle(folder, outfile, input, placeOf, finish) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...input,
    outfile: join(folder, 'cjs', outfile),
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [places(folder, outfile, placeOf)],
  });
  const [{ text }] = outputFiles;
  const up = relative(dirname(`cjs/${outfile}`), '');
  const banner = text.includes('benchmemFolder')
    ? `const benchmemFolder = require('node:url').pathToFileURL(require('node:path').join(__dirname, ${JSON.stringify(`${up}/`)})).href;\n`
    : '';
  const file = join(folder, 'cjs', outfile);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, finish(banner + text));
}

/** What a module exports, as it runs. */
const namesOf = (folder, file) => Object.keys(createRequire(join(folder, 'cjs/x.js'))(`./${file}`)).sort();

function refuseSameNames(folder, files) {
  const owner = new Map();
  for (const file of files) {
    for (const name of namesOf(folder, file)) {
      if (owner.has(name))
        throw new SetupError(
          `${file} and ${owner.get(name)} both export ${name}, which ${lean} can hold once`,
        );
      owner.set(name, file);
    }
  }
}

/**
 * `folder` holds dist/ as it was compiled, with a twin per module in cjs/; `finish` is what every twin's code goes through.
 * The twins of what is in the lean file hand it on.
 */
export async function bundleChildren(folder, finish) {
  const shared = neededBy(folder, 'index.js').filter((file) => !alone.includes(file));
  refuseSameNames(folder, shared);
  const isAlone = (file) => (alone.includes(file) ? file : undefined);
  const contents = shared.map((file) => `export * from './${file}';`).join('\n');
  await bundle(folder, lean, { stdin: { contents, resolveDir: folder } }, isAlone, finish);
  const placeOf = (file) => isAlone(file) ?? (shared.includes(file) ? lean : undefined);
  for (const entry of ['index.js', ...entries])
    await bundle(folder, entry, { entryPoints: [join(folder, entry)] }, placeOf, finish);
  await bundle(folder, agent, { entryPoints: [join(folder, agent)] }, () => undefined, finish);
  for (const file of shared)
    writeFileSync(
      join(folder, 'cjs', file),
      `module.exports = require(${JSON.stringify(requirePath(file, lean))});\n`,
    );
  for (const file of handedOn) handOn(folder, file);
}

function handOn(folder, file) {
  const twin = requirePath(file, `cjs/${file}`);
  const names = namesOf(folder, file).join(', ');
  writeFileSync(
    join(folder, file),
    `import twin from ${JSON.stringify(twin)};\n\nexport const { ${names} } = twin;\n`,
  );
}
