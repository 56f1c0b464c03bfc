// One cell's suite: `benchmem run` of this installation, as a program of its own in the version's folder.
// Installs nothing; what fails is thrown with the end of its output.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunFailed } from '../../sweep/index.js';
import { runProgram } from '../../sweep/program.js';
import type { SuiteCall } from '../world.js';

const program = fileURLToPath(new URL('./suite-child.js', import.meta.url));

/** Throws RunFailed, ABORTED. */
export async function runSuiteProgram({ venv, name, suite, file, flags, signal }: SuiteCall): Promise<void> {
  const allocator = venv.allocator === undefined ? [] : ['--allocator', venv.allocator];
  const tags = await tagsOf(name, venv.cwd);
  const args = [
    program,
    'run',
    suite,
    '--kind',
    'sweep',
    '--json',
    file,
    '--node',
    venv.node,
    ...allocator,
    ...tags,
    ...flags,
  ];
  const {
    code,
    signal: endedBy,
    tail,
  } = await runProgram({
    program: process.execPath,
    args,
    cwd: venv.cwd,
    env: venv.env,
    signal,
    lifeline: true,
  });
  if (code !== 0) throw new RunFailed(`benchmem run ended with ${endedBy ?? `exit code ${code}`}`, tail);
}

// A version may be a range, a tag or a folder: which one was measured stands in the run file, where the package says so.
async function tagsOf(name: string, folder: string): Promise<string[]> {
  const version = await installedVersion(join(folder, 'node_modules', name, 'package.json'));
  return typeof version === 'string' && /^[\w.+-]+$/.test(version) ? ['--tag', `${name}=${version}`] : [];
}

async function installedVersion(manifest: string): Promise<unknown> {
  try {
    return (JSON.parse(await readFile(manifest, 'utf8')) as { version?: unknown } | null)?.version;
  } catch {
    return undefined; // Installed under another name: the label says what was asked for.
  }
}
