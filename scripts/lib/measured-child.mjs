// Bundles a TypeScript entry of the tests into one plain file and runs it on any Node, attached or preloaded, so that
// neither a test runner nor a TypeScript loader allocates in the measured process. Judges nothing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { buildSync } from 'esbuild';
import { buildFolder, nativeOutputs, root } from './paths.mjs';
import { SetupError } from './run.mjs';

export const bindingModule = `${root}/dist/native/load.js`;
export const testAddon = (name) => `${buildFolder}/test-addons/${name}.node`;
const [, preloadLibrary] = nativeOutputs;

/** Modes of a measured process: what is preloaded into it, and the V8 flags that go with it. */
export const modes = {
  attached: {},
  jemalloc: { env: { LD_PRELOAD: preloadLibrary, BENCHMEM_ALLOCATOR: 'jemalloc' }, flags: ['--predictable'] },
  system: { env: { LD_PRELOAD: preloadLibrary, BENCHMEM_ALLOCATOR: 'system' }, flags: ['--predictable'] },
};

/** Bundles test/<entry>.ts; returns the file. Imports of packages stay imports. */
export function bundleEntry(entry) {
  const outfile = `${buildFolder}/test-children/${basename(entry, '.ts')}.mjs`;
  buildSync({
    entryPoints: [`${root}/${entry}`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}

/**
 * Runs a bundled entry with `plan` as its argument; resolves to the JSON of its last line of output.
 * @param {{ node?: string, mode?: string, file: string, plan?: object, flags?: readonly string[],
 *   env?: Readonly<Record<string, string>> }} run
 */
export async function runMeasured({
  node = process.execPath,
  mode = 'attached',
  file,
  plan,
  flags = [],
  env: ownEnv = {},
}) {
  const needed = [bindingModule, ...nativeOutputs].find((path) => !existsSync(path));
  if (needed) throw new SetupError(`${needed} is missing`, 'build first: npm run build');
  const { env = {}, flags: modeFlags = [] } = modes[mode];
  const child = spawn(
    node,
    [...modeFlags, ...flags, file, JSON.stringify({ load: bindingModule, ...plan })],
    {
      env: { ...process.env, NODE_OPTIONS: '', ...env, ...ownEnv },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const end = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if (end.code !== 0) {
    const how = end.signal ?? `code ${end.code}`;
    throw new Error(`${basename(file)} on ${node} (${mode}) ended with ${how}:\n${stderr.slice(-2000)}`);
  }
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
