// Files to modules that a plain node imports, by esbuild: those of the user that need it (TypeScript, ES module syntax
// in a CommonJS package) become one set of chunks, everything else stays a file of its own. import.meta.url, __dirname
// and require mean what they mean at the source.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, OutputFile } from 'esbuild';
import { BenchmemError } from '../../errors.js';
import {
  externalPlugin,
  nearestNodeModules,
  prelude,
  preludeDefines,
  preludePlugin,
} from './transform-plugins.js';

export interface TransformedModules {
  /** The written module that stands for this source; undefined where it was not one of them. */
  fileOf(source: string): string | undefined;
  dispose(): void;
}

/** Throws TRANSFORM_FAILED, with the compiler's first message, or when esbuild cannot be loaded. */
export async function transformModules(
  sources: readonly string[],
  foreignNode: boolean,
): Promise<TransformedModules> {
  const entries = Object.fromEntries(sources.map((source, index) => [entryName(source, index), source]));
  const outputs = await bundle(entries, sources[0] as string, foreignNode);
  const folder = writeModules(sources[0] as string, outputs);
  const names = Object.entries(entries);
  return {
    fileOf(source) {
      const name = names.find(([, path]) => path === source)?.[0];
      return name === undefined ? undefined : join(folder.path, `${name}.mjs`);
    },
    dispose: folder.dispose,
  };
}

async function bundle(
  entries: Record<string, string>,
  first: string,
  foreignNode: boolean,
): Promise<readonly OutputFile[]> {
  const esbuild = await import('esbuild').catch((cause: unknown) => {
    throw new BenchmemError(
      'TRANSFORM_FAILED',
      'esbuild, which reads TypeScript and ES module syntax in CommonJS packages, cannot be loaded',
      'npm install esbuild',
      {
        cause,
      },
    );
  });
  const options: BuildOptions & { write: false } = {
    entryPoints: entries,
    outdir: dirname(first),
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    logLevel: 'silent',
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: prelude },
    define: preludeDefines,
    plugins: [externalPlugin(first, foreignNode), preludePlugin()],
  };
  try {
    return (await esbuild.build(options)).outputFiles;
  } catch (cause) {
    const { message } = cause as Error;
    throw new BenchmemError(
      'TRANSFORM_FAILED',
      `${relative('', first)}: ${firstLine(message)}`,
      'see the cause',
      {
        cause,
      },
    );
  }
}

interface Folder {
  readonly path: string;
  dispose(): void;
}

const cacheDays = 7;

// WHY beside the sources' packages: what is left as a bare import must resolve to the very same package.
// WHY named by content: the same sources have the same path, run after run.
function writeModules(source: string, outputs: readonly OutputFile[]): Folder {
  const hash = createHash('sha256');
  for (const { path, hash: content } of outputs) hash.update(`${path}\0${content}\0`);
  const name = `${basename(source, extname(source))}-${hash.digest('hex').slice(0, 12)}`;
  const nodeModules = nearestNodeModules(source);
  if (nodeModules !== undefined) {
    const cache = join(nodeModules, '.cache', 'benchmem');
    const path = tryWrite(join(cache, name), outputs);
    if (path !== undefined) {
      removeStale(cache);
      return { path, dispose: () => {} };
    }
  }
  const sibling = tryWrite(join(dirname(source), `.benchmem-${name}-${process.pid}`), outputs);
  if (sibling !== undefined) {
    return { path: sibling, dispose: () => rmSync(sibling, { recursive: true, force: true }) };
  }
  throw new BenchmemError(
    'TRANSFORM_FAILED',
    `nowhere to write the JavaScript of ${source}: its folder and its node_modules are read-only`,
    'make one of them writable, or measure compiled JavaScript',
  );
}

// Whole or not at all: another process may be writing the same folder.
function tryWrite(path: string, outputs: readonly OutputFile[]): string | undefined {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(unfinished, { recursive: true });
    for (const output of outputs) writeFileSync(join(unfinished, basename(output.path)), contentsOf(output));
    renameSync(unfinished, path);
    return path;
  } catch {
    rmSync(unfinished, { recursive: true, force: true });
    // There already, with this very content; or not writable: then the caller tries the next place.
    return existsSync(path) ? path : undefined;
  }
}

// A map names its sources by their place, wherever it is written. WHY maps at all: lines of bench files in messages.
function contentsOf({ path, contents, text }: OutputFile): Uint8Array | string {
  if (!path.endsWith('.map')) return contents;
  const map = JSON.parse(text) as { sources: string[] };
  const sources = map.sources.map((source) => pathToFileURL(resolve(dirname(path), source)).href);
  return JSON.stringify({ ...map, sources });
}

function removeStale(cache: string): void {
  const oldest = Date.now() - cacheDays * 24 * 3600 * 1000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) < oldest) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

// The part of a message that says where and what; esbuild puts a headline above it.
function firstLine(message: string): string {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  return (lines[1] ?? lines[0] ?? message).trim();
}

function entryName(source: string, index: number): string {
  return `${index}-${basename(source, extname(source)).replaceAll(/[^\w.-]/g, '_')}`;
}
