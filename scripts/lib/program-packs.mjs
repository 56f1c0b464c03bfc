// Writes the command line's chunks as CommonJS, and those that are loaded together into one file.
// PERF: node takes a millisecond for each ES module that it loads, and a fifth of one for each CommonJS module.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { root } from './paths.mjs';
import { keepReached } from './prune.mjs';

/**
 * Modules that one command loads on demand, each time all of them: they become one file, with a copy of what other commands
 * share. WHY: it is this command alone, because its cost stands before a person's program, and each copy makes the package larger.
 */
const together = {
  'exec.js': ['cli/exec/flags.js', 'cli/exec/read.js', 'cli/exec/run.js', 'exec/exec.js', 'native/load.js'],
};

/**
 * `chunks` has the ES modules that esbuild wrote, `outputs` what it says of them. What starts the program is in `first`, with all
 * that this imports; `entry` is a file for itself, which needs no other. `finish` is what all code goes through.
 */
export async function packChunks({ chunks, outputs, first, entry, modules, folder, finish }) {
  const { imports, chunkOf } = graphOf(outputs, modules);
  const started = reachedFrom([first], imports);
  const packs = [
    { file: first, all: first, named: [...started], inside: started },
    { file: entry, all: entry, named: [], inside: reachedFrom([entry], imports) },
    ...Object.entries(together).map(([file, places]) => {
      const named = places.map(chunkOf);
      return { file, named, inside: without(reachedFrom(named, imports), started) };
    }),
  ];
  const homes = new Map(packs.flatMap(({ file, named }) => named.map((chunk) => [chunk, file])));
  const alone = without(imports.keys(), new Set([...homes.keys(), entry]));
  for (const file of alone) packs.push({ file, all: file, named: [], inside: new Set([file]) });
  mkdirSync(folder, { recursive: true });
  for (const pack of packs) await writePack(pack, { chunks, folder, homes, finish });
  writeFileSync(`${folder}/package.json`, '{ "type": "commonjs" }\n');
  keepReached(
    folder,
    packs.map(({ file }) => file),
    [first, entry],
    '.js',
  );
}

/** What each chunk imports when it is loaded, and the chunk of a module that is loaded on demand. */
function graphOf(outputs, modules) {
  const imports = new Map();
  const chunks = new Map();
  for (const [path, { imports: all, entryPoint }] of Object.entries(outputs)) {
    const own = all.filter(({ kind, external }) => kind === 'import-statement' && !external);
    imports.set(
      basename(path),
      own.map((each) => basename(each.path)),
    );
    if (entryPoint !== undefined) chunks.set(relative(modules, join(root, entryPoint)), basename(path));
  }
  const chunkOf = (module) => {
    if (!chunks.has(module)) throw new Error(`${module} is loaded on demand by nothing`);
    return chunks.get(module);
  };
  return { imports, chunkOf };
}

function reachedFrom(heads, imports) {
  const found = new Set(heads);
  for (const chunk of found) for (const each of imports.get(chunk)) found.add(each);
  return found;
}

const without = (names, left) => new Set([...names].filter((name) => !left.has(name)));

/** One file: it exports what the chunk `all` does, and each of `named` under its name. */
async function writePack({ file, all, named, inside }, { chunks, folder, homes, finish }) {
  const { build } = await import('esbuild');
  const lines = named.map((chunk) => `export * as ${nameOf(chunk)} from './${chunk}';`);
  if (all !== undefined) lines.push(`export * from './${all}';`);
  const { outputFiles } = await build({
    ...(named.length === 0
      ? { entryPoints: [join(chunks, file)] }
      : { stdin: { contents: lines.join('\n'), resolveDir: chunks } }),
    outfile: join(folder, file),
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { 'import.meta.url': 'benchmemUrl' },
    plugins: [otherFiles(inside)],
    logLevel: 'error',
  });
  const [{ text }] = outputFiles;
  writeFileSync(join(folder, file), `'use strict';\n${ownUrl(text)}${atHome(finish(text), homes)}`);
}

const nameOf = (chunk) => basename(chunk, '.js').replaceAll('-', '_');

/** WHY: node reads the sources of the class of errors twice if they are found as an ES module, which hands on this one. */
const errorsOf = { '../errors.js': '../cjs/errors.js' };

const otherFiles = (inside) => ({
  name: 'other-files',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      if (kind === 'entry-point' || (kind !== 'dynamic-import' && inside.has(basename(path))))
        return undefined;
      return { path: errorsOf[path] ?? path, external: true };
    });
  },
});

const ownUrl = (text) =>
  text.includes('benchmemUrl')
    ? "const benchmemUrl = require('node:url').pathToFileURL(__filename).href;\n"
    : '';

/** The code, which finds each chunk where it was put. */
function atHome(code, homes) {
  return code.replaceAll(/\brequire\("\.\/([^"/]+\.js)"\)/g, (found, chunk) => {
    const home = homes.get(chunk);
    return home === undefined ? found : `require("./${home}").${nameOf(chunk)}`;
  });
}
