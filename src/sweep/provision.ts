// A version's own folder: fresh, the package and its pins from npm, the suite copied in, the harness beside them,
// and the check that the package under test is the one in the folder. Leaves nothing outside; dispose removes it.
import { cp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFolder } from '../engine/child/parent/own-folder.js';
import { BenchmemError, cannotWrite } from '../errors.js';
import { makeFolder } from '../files/make-folder.js';
import { defined } from '../shapes.js';
import type { NodeChoice } from './cells.js';
import { importProblem } from './import-check.js';
import { type NodeFetch, nodeChoiceOf, provideNode } from './nodes.js';
import { type RunProgram, runProgram } from './program.js';
import { pinSpecOf, refuseFlag, safeFileName } from './specs.js';

export type ProvisionStep = 'install' | 'isolation';

export interface ProvisionOptions {
  /** The npm spec for a version; default: the version itself. */
  readonly installSpec?: (version: string) => string;
  /** More specs to install. */
  readonly pins?: readonly string[];
  /** A file or folder copied in under its own name, without node_modules and .git. */
  readonly copyDir?: string;
  /** The package whose import must stay inside the folder. */
  readonly importCheck?: string;
  /** Only what the registry had on this day: `2024-05-31`. */
  readonly asOf?: string;
  /** Begins the name of the temporary folder; a path puts it elsewhere. Default `benchmem-`. */
  readonly tmpPrefix?: string;
  /** A version, or the path of a node; default: this one. */
  readonly node?: string;
  /** Where relative paths start; default: the process's folder. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Hears which step begins. */
  readonly onStep?: (step: ProvisionStep | 'node') => void;
  /** Replaces the programs that are run, in tests. */
  readonly program?: RunProgram;
  readonly nodeCache?: string;
}

/** What a version is measured in. */
export interface Venv {
  readonly version: string;
  /** The node executable. */
  readonly node: string;
  /** The version's folder; what was copied in stands below it. */
  readonly cwd: string;
  /** The environment for programs in it: no NODE_PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** The step that failed; undefined if all is ready. */
  readonly failedAt: ProvisionStep | undefined;
  /** What went wrong, and the end of what npm or node wrote. */
  readonly failure: { readonly message: string; readonly tail: string } | undefined;
  /** Removes the folder. */
  dispose(): Promise<void>;
}

type Ready = Omit<Venv, 'failedAt' | 'failure'>;

interface Failure {
  readonly step: ProvisionStep;
  readonly message: string;
  readonly tail: string;
}

/** Makes the folder. A version that fails answers `failedAt`. Throws USAGE, NOT_AVAILABLE for the node, ABORTED. */
export async function provision(version: string, options: ProvisionOptions = {}): Promise<Venv> {
  const { cwd: home = process.cwd() } = options;
  const spec = (options.installSpec ?? ((text: string) => text))(version);
  refuseFlag(spec, 'a version');
  const specs = [spec, ...(options.pins ?? []).map((pin) => pinSpecOf(pin, home))];
  const asOf = readDate(options.asOf);
  options.onStep?.('node');
  const node = await nodeFor(options, home);
  const folder = await freshFolder(version, options.tmpPrefix);
  const dispose = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const ready: Ready = { version, node, cwd: folder, env: environmentFor(node), dispose };
  try {
    options.onStep?.('install');
    await writeFile(join(folder, 'package.json'), await manifestFor(options.copyDir, home));
    const failed = (await install(specs, asOf, ready, options)) ?? (await isolate(ready, home, options));
    if (failed === undefined) return { ...ready, failedAt: undefined, failure: undefined };
    const { step, message, tail } = failed;
    return { ...ready, failedAt: step, failure: { message, tail } };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function nodeFor(
  { node, nodeCache, signal, program = runProgram }: ProvisionOptions,
  home: string,
): Promise<string> {
  const choice: NodeChoice | undefined = node === undefined ? undefined : await nodeChoiceOf(node, home);
  const fetch: NodeFetch = { run: program, signal, ...defined({ cache: nodeCache }) };
  return provideNode(choice, fetch);
}

async function install(
  specs: readonly string[],
  asOf: readonly string[],
  { cwd, env }: Ready,
  { signal, program = runProgram }: ProvisionOptions,
): Promise<Failure | undefined> {
  const flags = ['--no-audit', '--no-fund', '--no-save', '--install-links'];
  const args = ['install', ...flags, ...asOf, '--', ...specs];
  const { code, signal: endedBy, tail } = await program({ program: 'npm', args, cwd, env, signal });
  if (code === 0) return undefined;
  const message = `npm install ${specs[0]} ended with ${endedBy ?? `exit code ${code}`}`;
  return { step: 'install', message, tail };
}

async function isolate(
  { cwd: root, node, env }: Ready,
  home: string,
  { importCheck: name, copyDir, onStep, signal, program: run = runProgram }: ProvisionOptions,
): Promise<Failure | undefined> {
  onStep?.('isolation');
  await linkHarness(root);
  const from = await copyIn(copyDir, home, root);
  if (name === undefined) return undefined;
  const problem = await importProblem({ name, root, from, node, env, run, signal });
  return problem && { step: 'isolation', ...problem };
}

function readDate(date: string | undefined): string[] {
  if (date === undefined) return [];
  if (/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?$/.test(date) && !Number.isNaN(Date.parse(date)))
    return [`--before=${date}`];
  throw new BenchmemError('USAGE', `${date} is not a date`, 'for example 2024-05-31');
}

async function freshFolder(version: string, prefix = 'benchmem-'): Promise<string> {
  const start = prefix.includes('/') ? resolve(prefix) : join(tmpdir(), prefix);
  const parent = dirname(start);
  await makeFolder(parent).catch((cause: unknown) => {
    throw cannotWrite(parent, cause);
  });
  return realpath(ownFolder(`${basename(start)}${safeFileName(version)}-`, parent));
}

// NODE_PATH would let an import find what the folder does not hold.
function environmentFor(node: string): NodeJS.ProcessEnv {
  const { NODE_PATH: _, ...env } = process.env;
  if (node === process.execPath) return env;
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ''}` };
}

// A suite in .js is a module or not by the nearest package.json; in the folder that is ours.
async function manifestFor(copyDir: string | undefined, home: string): Promise<string> {
  const type = copyDir === undefined ? undefined : await moduleTypeAt(dirname(resolve(home, copyDir, 'x')));
  return `${JSON.stringify({ private: true, type })}\n`;
}

async function moduleTypeAt(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return dirname(folder) === folder ? undefined : moduleTypeAt(dirname(folder));
  try {
    const { type } = JSON.parse(text) as { type?: unknown };
    return type === 'module' || type === 'commonjs' ? type : undefined;
  } catch {
    return undefined; // Node does not read it either: the suite's own error will say so.
  }
}

// The suite's `import 'benchmem'` is this installation, in every version's folder the same.
async function linkHarness(folder: string): Promise<void> {
  const link = join(folder, 'node_modules', 'benchmem');
  await makeFolder(dirname(link));
  await symlink(harnessRoot, link, 'dir').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

const harnessRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Copies the suite in and answers the folder that it stands in. Throws USAGE if it is missing. */
async function copyIn(source: string | undefined, home: string, folder: string): Promise<string> {
  if (source === undefined) return folder;
  const from = await realpath(resolve(home, source)).catch((cause: Error) => {
    throw new BenchmemError('USAGE', `cannot read ${source}: ${cause.message}`, 'check the path', { cause });
  });
  const to = join(folder, basename(resolve(home, source)));
  await cp(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => !/(?:^|\/)(?:node_modules|\.git)(?:\/|$)/.test(relative(from, path)),
  });
  return (await stat(to)).isDirectory() ? to : folder;
}
