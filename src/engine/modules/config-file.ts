// Finds and loads a project's config: benchmem.config.{ts,mts,cts,js,mjs,cjs}, or package.json's `benchmem` key.
// Knows no setting: what the config may say is for whoever reads it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BenchmemError } from '../../errors.js';
import { isRecord } from '../../shapes.js';
import type { makeImportable } from './importable.js';

const fileNames = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `benchmem.config.${ending}`);
// Names that somebody gives a config who expects another tool's rules.
const almostConfig = /^(\.?benchmem[._-]?(conf|config|settings)\.\w+|\.benchmemrc(\.\w+)?)$/i;
export interface FoundConfig {
  /** What errors call it. */
  readonly label: string;
  readonly value: unknown;
}

/** The config that is named, or the one of the folder; undefined if there is none. Throws BAD_CONFIG. */
export async function findConfig(cwd: string, named: string | undefined): Promise<FoundConfig | undefined> {
  if (named !== undefined) {
    if (!existsSync(resolve(cwd, named))) throw badConfig(named, 'does not exist', 'check the path');
    return { label: named, value: await importConfig(named, resolve(cwd, named)) };
  }
  const present = fileNames.filter((name) => existsSync(join(cwd, name)));
  refuseAlmostConfig(cwd);
  const fromPackage = packageKey(cwd);
  const all = [...present, ...(fromPackage === undefined ? [] : ["package.json's benchmem key"])];
  if (all.length > 1)
    throw badConfig(
      all.join(' and '),
      `are ${all.length === 2 ? 'two' : 'several'} configs`,
      'keep one of them',
    );
  const [name] = present;
  return name === undefined ? fromPackage : { label: name, value: await importConfig(name, join(cwd, name)) };
}

// WHY: this is an error, because a config that is passed over in silence takes its limits with it.
function refuseAlmostConfig(cwd: string): void {
  const almost = namesIn(cwd).find((name) => almostConfig.test(name) && !fileNames.includes(name));
  if (almost === undefined) return;
  throw badConfig(
    almost,
    'is not read: it looks like a config, and has no name of one',
    `call it ${fileNames.join(', ')}, or name it with --config if it is a module`,
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // A folder that cannot be listed may still hold files that can be read by name.
    return [];
  }
}

async function importConfig(label: string, path: string): Promise<unknown> {
  let modules: Awaited<ReturnType<typeof makeImportable>> | undefined;
  // PERF: what makes modules of TypeScript is loaded where there is a config.
  const { withSourcePlaces } = await import('./source-places.js');
  try {
    modules = await (await import('./importable.js')).makeImportable([path]);
    const namespace = (await import(modules.urlOf(path))) as { default?: unknown };
    return moduleExports(namespace.default);
  } catch (cause) {
    if (cause instanceof Error) cause.stack = withSourcePlaces(cause.stack ?? '');
    throw badConfig(
      label,
      `cannot be loaded: ${cause instanceof Error ? cause.message : cause}`,
      'see the cause',
      cause,
    );
  } finally {
    modules?.dispose();
  }
}

// A transpiled CommonJS module nests its default export.
function moduleExports(exported: unknown): unknown {
  return isRecord(exported) && exported.__esModule === true && 'default' in exported
    ? exported.default
    : exported;
}

function packageKey(cwd: string): FoundConfig | undefined {
  const path = join(cwd, 'package.json');
  if (!existsSync(path)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw badConfig('package.json', `is not JSON: ${(cause as Error).message}`, 'repair it', cause);
  }
  const value = (content as { benchmem?: unknown } | null)?.benchmem;
  return value === undefined ? undefined : { label: "package.json's benchmem key", value };
}

/** The error for a config; `label` names it. */
export function badConfig(label: string, what: string, hint: string, cause?: unknown): BenchmemError {
  return new BenchmemError('BAD_CONFIG', `${label}: ${what}`, hint, { cause });
}
