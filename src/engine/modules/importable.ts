// Turns the modules that a user names into URLs that a plain node can import; what it cannot goes through the transform.
// Runs in the parent, so that no loader shows in a measuring child's numbers.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BenchmemError } from '../../errors.js';
import { needsCompiling } from './module-kind.js';
import type { TransformedModules } from './transform.js';

export interface ImportableModules {
  /** The URL to import instead of this file. */
  urlOf(path: string): string;
  /** Removes what was written for them. */
  dispose(): void;
}

/** The file that a `module` names. Throws MODULE_NOT_FOUND for what is neither absolute nor a file URL. */
export function modulePath(module: string | URL): string {
  const path = absolutePath(String(module));
  if (path === undefined) {
    throw new BenchmemError(
      'MODULE_NOT_FOUND',
      `the module ${JSON.stringify(String(module))} is neither a file URL nor an absolute path`,
      `pass import.meta.resolve(${JSON.stringify(String(module))})`,
    );
  }
  if (!existsSync(path)) {
    throw new BenchmemError('MODULE_NOT_FOUND', `there is no file ${path}`, 'check the path of the module');
  }
  return path;
}

/** Makes these files importable; `foreignNode`: by a node that is perhaps not this one. Throws TRANSFORM_FAILED. */
export async function makeImportable(
  paths: readonly string[],
  foreignNode = false,
): Promise<ImportableModules> {
  const uncompiled = [...new Set(paths)].filter((path) => needsCompiling(path, foreignNode));
  let transformed: TransformedModules | undefined;
  if (uncompiled.length > 0) {
    // WHY: it is imported on demand, because esbuild is of no use to anybody whose modules node imports as they are.
    const { transformModules } = await import('./transform.js');
    transformed = await transformModules(uncompiled, foreignNode);
  }
  return {
    urlOf: (path) => pathToFileURL(transformed?.fileOf(path) ?? path).href,
    dispose: () => transformed?.dispose(),
  };
}

function absolutePath(module: string): string | undefined {
  if (module.startsWith('file:')) return pathOfUrl(module);
  return isAbsolute(module) ? module : undefined;
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new BenchmemError(
      'MODULE_NOT_FOUND',
      `${JSON.stringify(url)} is the URL of no file: ${cause instanceof Error ? cause.message : cause}`,
      "pass import.meta.resolve('./job.js')",
      { cause },
    );
  }
}
