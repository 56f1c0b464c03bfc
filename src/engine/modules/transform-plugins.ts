// The transform's two rules: which imports stay imports, and how a module keeps its own location.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, extname, join, parse, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Loader, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { needsCompiling } from './module-kind.js';

const loaders: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
  '.js': 'js',
};

const builtins = new Set(builtinModules);

/**
 * The `node_modules` folder that a bare import in `file` would look into first, where one exists. In a Plug'n'Play
 * project none is looked into, also not one above it.
 */
export function nearestNodeModules(file: string): string | undefined {
  const { root } = parse(file);
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    if (existsSync(candidate)) return candidate;
    if (folder === root || existsSync(join(folder, '.pnp.cjs'))) return undefined;
  }
}

/**
 * Only JSON and what node cannot import as it stands are bundled. A package stays a bare import where node finds the
 * same one from the written file, which is below `home`; anything else that exists is imported by its own URL, so that
 * it keeps its location and its identity.
 */
export function externalPlugin(surroundings: Surroundings): Plugin {
  return {
    name: 'benchmem-externals',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => resolveImport(build, surroundings, args));
    },
  };
}

const resolving = Symbol('resolving');

/** Where the written files will stand, and for whom. */
export interface Surroundings {
  /** The `node_modules` folder that their bare imports look into first. */
  readonly home: string | undefined;
  readonly foreignNode: boolean;
}

async function resolveImport(
  build: PluginBuild,
  { home, foreignNode }: Surroundings,
  args: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (args.kind === 'entry-point' || args.pluginData === resolving) return undefined;
  if (args.path.startsWith('node:') || builtins.has(args.path)) return { path: args.path, external: true };
  const { path, importer, resolveDir, kind } = args;
  const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: resolving });
  // What the compiler does not find is left to node, whose error names the importing file.
  if (found.errors.length > 0 || found.external) return { path, external: true };
  const inPackages = found.path.includes(`${sep}node_modules${sep}`);
  // WHY: `found` is not answered here, because esbuild reads the tsconfig of a file only if it resolved the file itself.
  if (!inPackages && (extname(found.path) === '.json' || needsCompiling(found.path, foreignNode))) {
    return undefined;
  }
  const bare = !/^[./#]|^file:/.test(path);
  if (bare && inPackages && nearestNodeModules(importer) === home) return { path, external: true };
  const byUrl = kind !== 'require-call' && kind !== 'require-resolve';
  return { path: byUrl ? pathToFileURL(found.path).href : found.path, external: true };
}

// Once per written file.
export const prelude = `import { createRequire as benchmemCreateRequire } from 'node:module';
const benchmemNativeResolve = import.meta.resolve;
function benchmemResolve(url, specifier) {
  return /^\\.{0,2}\\//.test(specifier) ? new URL(specifier, url).href : benchmemNativeResolve(specifier);
}`;

/** What a module says about its own place becomes names that its own first line defines. */
export const preludeDefines: Readonly<Record<string, string>> = {
  'import.meta.url': 'benchmemModuleUrl',
  'import.meta.filename': 'benchmemModuleFile',
  'import.meta.dirname': 'benchmemModuleFolder',
  'import.meta.resolve': 'benchmemModuleResolve',
  __filename: 'benchmemModuleFile',
  __dirname: 'benchmemModuleFolder',
  require: 'benchmemModuleRequire',
};

/** Puts each module's own place on its first line, so that line numbers stay. */
export function preludePlugin(): Plugin {
  return {
    name: 'benchmem-module-place',
    setup(build) {
      build.onLoad({ filter: /\.(ts|mts|cts|tsx|jsx|js)$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const loader = loaders[extname(path)];
        return { contents: modulePlace(path) + source.replace(/^#!/, '//'), ...(loader && { loader }) };
      });
    },
  };
}

/** What stands before a module's first line. */
export function modulePlace(path: string): string {
  const url = JSON.stringify(pathToFileURL(path).href);
  return [
    `const benchmemModuleUrl = ${url};`,
    `const benchmemModuleFile = ${JSON.stringify(path)};`,
    `const benchmemModuleFolder = ${JSON.stringify(dirname(path))};`,
    'const benchmemModuleResolve = (specifier) => benchmemResolve(benchmemModuleUrl, specifier);',
    'const benchmemModuleRequire = /* @__PURE__ */ benchmemCreateRequire(benchmemModuleUrl); ',
  ].join(' ');
}
