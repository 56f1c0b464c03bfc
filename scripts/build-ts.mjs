// Builds dist/ (ES modules and types, by tsc) and dist/cjs/ (their CommonJS twins, by esbuild).
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleChildren } from './lib/bundles.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';

const dist = `${root}/dist`;
// Built here and moved at the end: a failed build leaves the last good dist/ as it was.
const fresh = `${buildFolder}/dist`;
const cjs = `${fresh}/cjs`;

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

/** Removes the types that no public entry leads to: nobody can import them. */
function pruneTypes() {
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const entries = Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.import.types],
  );
  const kept = new Set();
  const visit = (file) => {
    if (kept.has(file)) return;
    kept.add(file);
    const text = readFileSync(join(fresh, file), 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)\.js['"]/g)) {
      visit(join(dirname(file), `${path}.d.ts`));
    }
  };
  for (const entry of entries) visit(relative('dist', entry));
  for (const file of readdirSync(fresh, { recursive: true })) {
    if (file.endsWith('.d.ts') && !kept.has(file)) rmSync(join(fresh, file));
  }
}

/**
 * WHY import.meta.url names the ES twin: every path computed from it (the addon, the child's entry) is then
 * the same one in both worlds, so a process that uses both still has one native state.
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
  pruneTypes();
  await buildCommonJs();
  await bundleChildren(fresh, withoutImports);
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
      ],
      outputs: [`${dist}/index.js`, `${dist}/cjs/index.js`, `${dist}/cjs/index.d.ts`],
      run: compile,
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runScript(buildTypeScript);
