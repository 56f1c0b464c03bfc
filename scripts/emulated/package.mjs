// The package as npm packs it, installed in an empty folder for arm64 and used there: measured in the process, in a child,
// by the commands, and profiled.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { packTarball } from '../lib/packed.mjs';
import { root } from '../lib/paths.mjs';
import { runQuietly } from '../lib/run.mjs';
import { prebuild } from '../prebuild.mjs';
import { target } from './sysroot.mjs';

const project = `${target.folder}/project`;
const megabyte = 1 << 20;

const files = {
  'package.json': '{ "name": "empty", "version": "1.0.0", "private": true }\n',
  'job.mjs': `export const buffers = () => Array.from({ length: 10 }, () => Buffer.allocUnsafeSlow(${megabyte}));
export const pages = () => new WebAssembly.Memory({ initial: 160 }).buffer.byteLength;
`,
  'attached.mjs': `import { measureMemory } from 'benchmem';
import { buffers } from './job.mjs';
const { native, allocations } = await measureMemory(buffers, { repeats: 2 });
console.log(JSON.stringify({ peak: native.peakBytes, allocations }));
`,
  'isolated.mjs': `import { measureMemory } from 'benchmem';
const result = await measureMemory({ module: new URL('job.mjs', import.meta.url).href, export: 'pages' }, { isolate: true, repeats: 1 });
console.log(JSON.stringify(result.samples.map((sample) => sample.mapped_other_at_peak_bytes)));
`,
  'held.cjs': `globalThis.held = Array.from({ length: 50 }, () => Buffer.allocUnsafeSlow(${megabyte}));\n`,
};

function expect(what, found, wanted) {
  if (wanted.test(found)) return;
  throw new Error(`${what}: ${wanted} is not in:\n${found}`);
}

async function lay() {
  await prebuild();
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(`${project}/${name}`, text);
  const tarball = packTarball(project);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await runQuietly(
    'arm64-install',
    'npm',
    ['install', tarball, ...flags, '--cpu=arm64', '--os=linux', '--libc=glibc'],
    { cwd: project },
  );
}

/** `inside`: how a command is started where arm64 files run; undefined if `node` runs by itself. */
export async function checkPackage(node, inside) {
  await lay();
  const run = async (name, ...words) => {
    const { command, args, env } = inside?.([node, ...words]) ?? { command: node, args: words };
    await runQuietly(`arm64-package-${name}`, command, args, { cwd: project, env });
    return readFileSync(`${root}/build/logs/arm64-package-${name}.log`, 'utf8');
  };
  const benchmem = (name, ...words) => run(name, 'node_modules/benchmem/bin/benchmem.js', ...words);
  const attached = JSON.parse((await run('attached', 'attached.mjs')).trim().split('\n').at(-1));
  // What V8 keeps beside each buffer is the program's as well.
  const isTenBuffers = attached.peak >= 10 * megabyte && attached.peak < 10.1 * megabyte;
  if (!isTenBuffers)
    throw new Error(`measureMemory found a peak of ${attached.peak} B for ten buffers of 1 MiB`);
  expect('isolate', await run('isolated', 'isolated.mjs'), /^\[10485760\]$/m);
  const measured = ['measure', 'job.mjs', '--export', 'buffers', '--repeats', '1', '--profile', 'profiles'];
  expect('measure', await benchmem('measure', ...measured), /jemalloc/);
  expect('exec', await benchmem('exec', 'exec', '--', node, 'held.cjs'), / 5\d\.\d+ MiB/);
  const shown = await benchmem('flamegraph', 'flamegraph', 'profiles', '--report', 'tree');
  expect('flamegraph', shown, /note: code without an unwind table was left by its frame pointers alone/);
  expect('flamegraph', shown, /buffers job\.mjs:1/);
  return 'measured, isolated, observed, profiled';
}
