// What arm64 programs need on another machine: Debian's arm64 libraries in a folder, by an apt state of its own, and the
// program that starts qemu with them. Changes nothing of the machine's configuration.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { root } from '../lib/paths.mjs';
import { runQuietly, SetupError } from '../lib/run.mjs';
import { targetOf } from '../lib/targets.mjs';

export const target = targetOf('linux-arm64');
const folder = target.folder;
export const sysroot = `${folder}/sysroot`;
/** The interpreter of arm64 files: its first argument is one. */
export const runner = `${folder}/run-arm64`;
const packages = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];
const qemu = '/usr/bin/qemu-aarch64-static';

async function download(to) {
  const state = `${folder}/apt`;
  for (const part of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(`${state}/${part}`, { recursive: true });
  writeFileSync(`${state}/state/status`, '');
  const own = {
    'Dir::State': `${state}/state`,
    'Dir::State::status': `${state}/state/status`,
    'Dir::Cache': `${state}/cache`,
    'APT::Architecture': 'arm64',
    'APT::Architectures': 'arm64',
    'APT::Sandbox::User': '',
  };
  const options = Object.entries(own).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const hint = 'the tests under emulation need a Debian whose sources have arm64 packages';
  await runQuietly('arm64-apt-update', 'apt-get', [...options, 'update'], { hint });
  await runQuietly('arm64-apt-download', 'apt-get', [...options, 'download', ...packages], { cwd: to, hint });
}

async function unpackLibraries() {
  if (existsSync(`${sysroot}/complete`)) return;
  const debs = `${folder}/debs`;
  for (const place of [debs, sysroot]) rmSync(place, { recursive: true, force: true });
  mkdirSync(debs, { recursive: true });
  mkdirSync(sysroot, { recursive: true });
  await download(debs);
  for (const deb of readdirSync(debs))
    await runQuietly('arm64-unpack', 'dpkg-deb', ['-x', `${debs}/${deb}`, sysroot]);
  writeFileSync(`${sysroot}/complete`, packages.join('\n')); // last: it says that the rest is there
}

const buildRunner = (output, defines = []) =>
  runQuietly('arm64-runner', 'gcc', [
    ...['-static', '-O1', '-Wall', `-DSYSROOT="${sysroot}"`, ...defines, '-o', output],
    `${root}/scripts/emulated/run-arm64.c`,
  ]);

export async function prepareSysroot() {
  if (!existsSync(qemu)) throw new SetupError(`${qemu} is not there`, 'apt-get install qemu-user-static');
  await unpackLibraries();
  await buildRunner(runner);
}

/** A program of this machine that is this arm64 node, for its children too: for where the kernel cannot be told. */
export async function nodeStandIn(node, output) {
  const own = `${output}-itself.cjs`;
  writeFileSync(own, `process.execPath = ${JSON.stringify(output)};\n`);
  await buildRunner(output, [`-DNODE="${node}"`, `-DSELF_MODULE="${own}"`]);
}

/** A folder for the PATH in which gcc and g++ are the cross compilers, and no rustc is. */
export function crossTools() {
  const bin = `${folder}/bin`;
  mkdirSync(bin, { recursive: true });
  const shims = { gcc: `${target.triple}-gcc`, 'g++': `${target.triple}-g++`, rustc: 'false' };
  for (const [name, program] of Object.entries(shims)) {
    rmSync(`${bin}/${name}`, { force: true });
    writeFileSync(`${bin}/${name}`, `#!/bin/sh\nexec ${program} "$@"\n`);
    chmodSync(`${bin}/${name}`, 0o755);
  }
  return bin;
}
