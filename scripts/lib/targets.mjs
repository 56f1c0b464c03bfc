// The machines that the package has binaries for, and what builds for one of them on another: compilers by their Debian
// names, jemalloc's flags, where results go. No logic but the choice.
import { buildFolder, nativeOutputs, vendorBuild } from './paths.mjs';
import { firstLine, SetupError } from './run.mjs';

/** The target of the machine that this runs on. */
export const hostTarget = `${process.platform}-${process.arch}`;

// WHY: pages are of 64 KiB, because such a jemalloc runs on kernels with smaller pages too, and one for smaller pages ends at
// once on theirs. Huge pages are given, because configure asks the build machine otherwise.
const known = {
  'linux-x64': { arch: 'x64', triple: 'x86_64-linux-gnu', compiler: 'g++-x86-64-linux-gnu', jemalloc: [] },
  'linux-arm64': {
    arch: 'arm64',
    triple: 'aarch64-linux-gnu',
    compiler: 'g++-aarch64-linux-gnu',
    jemalloc: ['--with-lg-page=16', '--with-lg-hugepage=21'],
  },
};

export const targetNames = Object.keys(known);

/**
 * What a target is built with and where its results go; that of the host as if no other existed.
 * @param {string} name
 * @returns {{ name: string, arch: string, triple: string, compiler: string, isHost: boolean, folder: string,
 *   outputs: string[], vendorBuild: string, jemalloc: string[], env: Record<string, string> }}
 */
export function targetOf(name) {
  const target = known[name];
  if (target === undefined) throw new SetupError(`no target ${name}`, `known: ${targetNames.join(', ')}`);
  const isHost = name === hostTarget;
  const folder = isHost ? buildFolder : `${buildFolder}/${name}`;
  const { triple } = target;
  return {
    ...target,
    name,
    isHost,
    folder,
    outputs: isHost
      ? nativeOutputs
      : nativeOutputs.map((file) => file.replace(buildFolder, `${buildFolder}/${name}`)),
    vendorBuild: isHost ? vendorBuild : `${vendorBuild}-${name}`,
    jemalloc: isHost ? target.jemalloc : [`--host=${triple}`, ...target.jemalloc],
    env: isHost
      ? {}
      : {
          CC: `${triple}-gcc`,
          CXX: `${triple}-g++`,
          LINK: `${triple}-g++`,
          AR: `${triple}-ar`,
          STRIP: `${triple}-strip`,
        },
  };
}

/** The target's compiler as part of a build's stamp; undefined if it is not installed. */
export const crossCompilerVersion = (target) =>
  firstLine(target.isHost ? 'g++' : target.env.CXX, ['--version']);

export function requireCompiler(target) {
  if (crossCompilerVersion(target) !== undefined) return;
  throw new SetupError(
    `there is no compiler for ${target.name} on this machine`,
    `apt-get install ${target.compiler}`,
  );
}
