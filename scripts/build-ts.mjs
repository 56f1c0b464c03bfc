// Builds dist/ (ES modules and types, by tsc), dist/cjs/ (their CommonJS twins) and dist/program/ (the command line), by esbuild.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleChildren } from './lib/bundles.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { bundleProgram } from './lib/program-bundle.mjs';
import { pruneModules, pruneTypes } from './lib/prune.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';

const dist = `${root}/dist`;
// Built here and moved at the end: a failed build leaves the last good dist/ as it was.
const fresh = `${buildFolder}/dist`;
const cjs = `${fresh}/cjs`;
// Every module as a file of its own, for benchmarks of what dist/ holds in a bundle only.
const modules = `${buildFolder}/modules`;

// What only the command line imports is no part of the CommonJS twins, except what the others import of it.
const commandsOnly = [
  'cjs',
  'cli',
  'dashboard',
  'database',
  'flamegraph',
  'history',
  'layout',
  'test-report',
];

const staticImport = /^(?:import|export)\b[^'"]*['"](\.{1,2}\/[^'"]+)\.js['"]/gm;

function libraryFiles(ending) {
  const all = new Set(readdirSync(fresh, { recursive: true }).filter((file) => file.endsWith(ending)));
  const kept = new Set();
  const visit = (file) => {
    if (kept.has(file) || !all.has(file)) return;
    kept.add(file);
    for (const [, path] of readFileSync(join(fresh, file), 'utf8').matchAll(staticImport)) {
      visit(join(dirname(file), `${path}${ending}`));
    }
  };
  for (const file of all) if (!commandsOnly.includes(file.split('/')[0])) visit(file);
  return [...kept];
}

/** Every module as tsc wrote it. */
function keepModules() {
  rmSync(modules, { recursive: true, force: true });
  cpSync(fresh, modules, {
    recursive: true,
    filter: (path) => !/^(cjs|program)$|\.d\.ts$/.test(relative(fresh, path)),
  });
}

/**
 * WHY: import.meta.url names the ES twin, because every path computed from it (the addon, the child's entry) is then the same one
 * in both worlds, so a process that uses both still has one native state.
 */
function esTwinOf(file) {
  const twin = relative(dirname(`cjs/${file}`), file);
  return `const benchmemEsTwin = require('node:url').pathToFileURL(require('node:path').join(__dirname, ${JSON.stringify(twin)})).href;`;
}

/**
 * WHY: code that a test runner runs in a context of its own, as jest does, must not import; and a module that is loaded on
 * demand would be the ES one, beside the twins. What a user names stays an import: it may be an ES module.
 */
function withoutImports(code) {
  return code.replaceAll(
    /\bimport\((["']\.{1,2}\/[^"']+["'])\)/g,
    'Promise.resolve().then(() => require($1))',
  );
}

async function buildCommonJs() {
  const { transform } = await import('esbuild');
  for (const file of libraryFiles('.js')) {
    const { code } = await transform(readFileSync(join(fresh, file), 'utf8'), {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      define: { 'import.meta.url': 'benchmemEsTwin' },
      banner: esTwinOf(file),
      sourcefile: file,
      logOverride: { 'empty-import-meta': 'error' },
    });
    mkdirSync(dirname(join(cjs, file)), { recursive: true });
    writeFileSync(join(cjs, file), withoutImports(code));
  }
  for (const file of libraryFiles('.d.ts')) cpSync(join(fresh, file), join(cjs, file));
  writeFileSync(`${cjs}/package.json`, '{ "type": "commonjs" }\n');
}

/** Puts the web framework into the one file that names it: two packages less for everyone who installs this one. */
async function bundleFramework() {
  const { build } = await import('esbuild');
  const file = `${fresh}/cli/serve/framework.js`;
  await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'error',
  });
}

async function compile() {
  rmSync(fresh, { recursive: true, force: true });
  const tsc = `${root}/node_modules/typescript/bin/tsc`;
  await runQuietly('typescript', process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', fresh]);
  await bundleFramework();
  pruneTypes(fresh);
  await buildCommonJs();
  await bundleProgram(fresh, withoutImports);
  // WHY: the children's bundles come later, because they make some modules hand on what their twins export.
  keepModules();
  await bundleChildren(fresh, withoutImports);
  pruneModules(fresh, modules);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

export function buildTypeScript() {
  return withBuildLock(() =>
    step('TypeScript build', {
      inputs: [
        'src',
        'tsconfig.json',
        'package.json',
        'package-lock.json',
        'scripts/build-ts.mjs',
        'scripts/lib/bundles.mjs',
        'scripts/lib/program-bundle.mjs',
        'scripts/lib/program-packs.mjs',
        'scripts/lib/prune.mjs',
        'THIRD_PARTY_NOTICES.md',
      ],
      outputs: [
        `${dist}/index.js`,
        `${dist}/program/start.js`,
        `${modules}/cli/program.js`,
        `${dist}/cjs/index.js`,
        `${dist}/cjs/index.d.ts`,
      ],
      run: compile,
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runScript(buildTypeScript);
