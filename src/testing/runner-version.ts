// Which version of a test runner this process has, found from where it was started or from the project.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isRecord } from '../shapes.js';

/** `unknown` where the package is found in neither place. */
export function runnerVersion(name: string, folder: string, program: string = process.argv[1] ?? ''): string {
  return versionAbove(name, program) ?? versionFrom(name, folder) ?? 'unknown';
}

function versionAbove(name: string, program: string): string | undefined {
  for (let folder = dirname(program); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestIn(folder);
    if (manifest?.name === name && typeof manifest.version === 'string') return manifest.version;
  }
  return undefined;
}

function versionFrom(name: string, folder: string): string | undefined {
  try {
    const manifest: unknown = createRequire(join(folder, 'package.json'))(`${name}/package.json`);
    return isRecord(manifest) && typeof manifest.version === 'string' ? manifest.version : undefined;
  } catch {
    // It is not installed there, or does not show its manifest: the caller says that the version is unknown.
    return undefined;
  }
}

function manifestIn(folder: string): Record<string, unknown> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return isRecord(manifest) ? manifest : undefined;
  } catch {
    // No manifest in this folder: the one above is asked.
    return undefined;
  }
}
