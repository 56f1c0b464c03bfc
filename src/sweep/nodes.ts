// Nodes to measure on: a path, or a version that the registry carries as a package, fetched once into a cache.
// Writes into that cache only.
import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BenchmemError, cannotWrite } from '../errors.js';
import { makeFolder } from '../files/make-folder.js';
import type { NodeChoice } from './cells.js';
import { type RunProgram, runProgram } from './program.js';

const versionPattern = /^v?(\d{1,3})(?:\.\d{1,4}){0,2}$/;

/** What `--node` names. Throws USAGE for what is neither a version nor a path; NOT_AVAILABLE for a path without a node. */
export async function nodeChoiceOf(spec: string, cwd: string): Promise<NodeChoice> {
  const version = versionPattern.exec(spec);
  if (version !== null) return { spec: spec.replace(/^v/, ''), major: version[1] ?? '' };
  if (!spec.includes('/')) {
    throw new BenchmemError(
      'USAGE',
      `${spec === '' ? '--node' : spec} is not a Node version`,
      'for example --node 20,22,24 or --node /opt/node/bin/node',
    );
  }
  const path = resolve(cwd, spec);
  return { spec: path, major: await majorOf(path) };
}

async function majorOf(path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-p', 'process.versions.node'], { timeout: 20_000 });
    const major = /^(\d+)\./.exec(stdout)?.[1];
    if (major !== undefined) return major;
    throw new Error(`it answers ${stdout.trim().slice(0, 60)}`);
  } catch (cause) {
    throw new BenchmemError(
      'NOT_AVAILABLE',
      `${path} is not a node that runs: ${(cause as Error).message}`,
      'name a node executable',
      { cause },
    );
  }
}

/** Where fetched nodes are kept. */
export function nodeCache(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(os.homedir(), '.cache'), 'benchmem', 'nodes');
}

export interface NodeFetch {
  readonly cache?: string;
  readonly run?: RunProgram;
  readonly signal?: AbortSignal | undefined;
}

/** The executable of a choice; fetches it where the cache has none. Throws NOT_AVAILABLE, ABORTED. */
export async function provideNode(choice: NodeChoice | undefined, fetch: NodeFetch = {}): Promise<string> {
  if (choice === undefined || choice.spec === process.versions.node || choice.spec === runningMajor())
    return process.execPath;
  if (choice.spec.includes('/')) return choice.spec;
  const { cache = nodeCache(), run = runProgram, signal } = fetch;
  const folder = join(cache, choice.spec);
  const executable = join(folder, 'node_modules', packageName(), 'bin', 'node');
  if (await isExecutable(executable)) return executable;
  await fetchNode(choice, cache, folder, run, signal);
  if (await isExecutable(executable)) return executable;
  throw new BenchmemError(
    'NOT_AVAILABLE',
    `${packageName()}@${choice.spec} holds no bin/node`,
    'name a node with --node PATH',
  );
}

const runningMajor = () => process.versions.node.split('.')[0];
const packageName = () => `node-linux-${os.arch()}`;

// Into a folder of its own first: a fetch that was cut short must not look like a node.
async function fetchNode(
  choice: NodeChoice,
  cache: string,
  folder: string,
  run: RunProgram,
  signal: AbortSignal | undefined,
) {
  const fresh = await makeFolder(resolve(cache))
    .then(() => mkdtemp(join(cache, '.fetch-')))
    .catch((cause: unknown) => {
      throw cannotWrite(cache, cause);
    });
  try {
    await writeFile(join(fresh, 'package.json'), '{ "private": true }\n');
    const args = [
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--no-save',
      '--',
      `${packageName()}@${choice.spec}`,
    ];
    const { code, tail } = await run({ program: 'npm', args, cwd: fresh, env: process.env, signal });
    if (code !== 0) {
      throw new BenchmemError(
        'NOT_AVAILABLE',
        `npm could not install ${packageName()}@${choice.spec}:\n${tail.trim().split('\n').slice(-6).join('\n')}`,
        'name a version that the registry has, or a node with --node PATH',
      );
    }
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (error) {
    if (await isPopulated(folder)) return; // Another sweep was faster.
    throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function isPopulated(folder: string): Promise<boolean> {
  return readdir(join(folder, 'node_modules')).then(
    () => true,
    () => false,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
