// Puts the command line into dist/program/: a file that starts it, and chunks that it loads when a command asks for them.
// Of 124 files that `compare` loaded 65 stay, `exec` loads 8, and no package of the parser has to be found.
import { readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { root } from './paths.mjs';
import { packChunks } from './program-packs.mjs';

const place = 'program';

/** Bundles the modules in the folder `modules`, which becomes dist/; `finish` is what all CommonJS code goes through. */
export async function bundleProgram(modules, finish) {
  const chunks = `${modules}/chunks`;
  const { build } = await import('esbuild');
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const { metafile } = await build({
    entryPoints: {
      start: `${modules}/cli/program.js`,
      'system-error': `${modules}/files/system-error.js`,
    },
    outdir: chunks,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    absWorkingDir: root,
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    plugins: [widthOnDemand, oneErrorClass, placesAsBefore(modules)],
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
  });
  refuseUnnamed(Object.keys(metafile.inputs));
  await packChunks({
    chunks,
    outputs: metafile.outputs,
    first: 'start.js',
    entry: 'system-error.js',
    modules,
    folder: `${modules}/${place}`,
    finish,
  });
  rmSync(chunks, { recursive: true });
}

/**
 * PERF: string-width makes an Intl.Segmenter and compiles tables of emoji when it is loaded, which takes 30 ms, and nearly all
 * text is of visible ASCII, whose letters take one column each.
 */
const widthOnDemand = {
  name: 'width-on-demand',
  setup(build) {
    const isOurs = Symbol('the package itself');
    build.onResolve({ filter: /^string-width$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === isOurs) return undefined;
      const found = await build.resolve(path, { resolveDir, kind, pluginData: isOurs });
      return { path: found.path, namespace: 'width-on-demand' };
    });
    build.onLoad({ filter: /.*/, namespace: 'width-on-demand' }, ({ path }) => ({
      contents: `const visibleAscii = /^[ -~]*$/;
export default (text, options) =>
  visibleAscii.test(text) ? text.length : require(${JSON.stringify(path)}).default(text, options);`,
      resolveDir: root,
    }));
  },
};

/** WHY: the bundle has no copy of it, because a config that throws our error loads the one that the public entries have. */
const oneErrorClass = {
  name: 'one-error-class',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/(.*\/)?errors\.js$/ }, () => ({
      path: '../errors.js',
      external: true,
    }));
  },
};

/**
 * WHY: import.meta.url names the module's own place, because paths are computed from it.
 * WHY: a definition puts it there, because a text that speaks of it stays as it is.
 */
const placesAsBefore = (modules) => ({
  name: 'places-as-before',
  setup(build) {
    build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(`${modules}/`)) return undefined;
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return { contents: text };
      const define = { 'import.meta.url': 'benchmemPlace' };
      const { code } = await build.esbuild.transform(text, { format: 'esm', target: 'node20', define });
      const own = JSON.stringify(relative(`${modules}/${place}`, path));
      return { contents: `const benchmemPlace = new URL(${own}, import.meta.url).href;\n${code}` };
    });
  },
});

/** Throws if the bundle holds a package whose licence is in no notice. */
function refuseUnnamed(inputs) {
  const notices = readFileSync(`${root}/THIRD_PARTY_NOTICES.md`, 'utf8');
  const folderOf = /(?<folder>[^:]*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//;
  const folders = inputs.flatMap((file) => folderOf.exec(file)?.groups.folder ?? []);
  const unnamed = [...new Set(folders)]
    .map((folder) => JSON.parse(readFileSync(resolve(root, folder, 'package.json'), 'utf8')))
    .map(({ name, version }) => `${name} ${version}`)
    .filter((named) => !notices.includes(named));
  if (unnamed.length > 0) throw new Error(`THIRD_PARTY_NOTICES.md does not name ${unnamed.join(', ')}`);
}
