// Files to modules that a plain node imports, by esbuild: those of the user that need it (TypeScript, ES module syntax
// in a CommonJS package) become one set of chunks, everything else stays a file of its own. import.meta.url, __dirname
// and require mean what they mean at the source.
import { basename, dirname, extname, join, relative } from 'node:path';
import type { BuildOptions, OutputFile } from 'esbuild';
import { BenchmemError } from '../../errors.js';
import {
  externalPlugin,
  nearestNodeModules,
  prelude,
  preludeDefines,
  preludePlugin,
  type Surroundings,
} from './transform-plugins.js';
import { writeElsewhere, writeNearSource } from './written-modules.js';

export interface TransformedModules {
  /** The written module that stands for this source; undefined if it was not one of them. */
  fileOf(source: string): string | undefined;
  dispose(): void;
}

/** Throws TRANSFORM_FAILED, with the compiler's first message, or when esbuild cannot be loaded. */
export async function transformModules(
  sources: readonly string[],
  foreignNode: boolean,
): Promise<TransformedModules> {
  const entries = Object.fromEntries(sources.map((source, index) => [entryName(source, index), source]));
  const first = sources[0] as string;
  // WHY: nothing counts as its home, because no package is found by its name from a folder elsewhere, so that every import is by
  // URL.
  const compiledFor = (home: string | undefined) => bundle(entries, first, { home, foreignNode });
  const folder =
    writeNearSource(first, await compiledFor(nearestNodeModules(first))) ??
    writeElsewhere(first, await compiledFor('nowhere'));
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
  surroundings: Surroundings,
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
    plugins: [externalPlugin(surroundings), preludePlugin()],
    // WHY: the list is empty, because esbuild adds a condition `module` of its own unless it is given a list, and node knows no
    // such condition.
    conditions: [],
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

// The part of a message that says where and what; esbuild puts a headline above it.
function firstLine(message: string): string {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  return (lines[1] ?? lines[0] ?? message).trim();
}

function entryName(source: string, index: number): string {
  return `${index}-${basename(source, extname(source)).replaceAll(/[^\w.-]/g, '_')}`;
}
