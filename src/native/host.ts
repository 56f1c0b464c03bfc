// The machine that this process runs on, and whether memory can be measured there. Loads nothing, and knows no command but
// by the names that its hint says.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { BenchmemError } from '../errors.js';
import { loaderOf } from './elf-header.js';

/** What a binary must fit. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  /** Of Linux only: other systems have one C library each. */
  readonly libc?: 'glibc' | 'musl';
}

/** Machines with Linux and glibc that there are binaries for, named as in process.arch. */
export const supportedArchs: readonly string[] = ['x64', 'arm64'];

/** The machine that this process runs on. */
export function currentHost(): Host {
  const { platform, arch } = process;
  return platform === 'linux' ? { platform, arch, libc: libcOf(process.execPath) } : { platform, arch };
}

/** The C library that a node of Linux was linked with: that of the loader it names. */
export function libcOf(node: string): 'glibc' | 'musl' {
  const loader = loaderOf(node);
  // WHY: the file of Alpine is a sign of musl, because a node that was started by its loader, or names none, does not say.
  const isMusl = loader === undefined ? existsSync('/etc/alpine-release') : /^ld-musl/.test(basename(loader));
  return isMusl ? 'musl' : 'glibc';
}

/** Why memory cannot be measured there, and what to type; undefined if it can. */
export function unsupportedHost({ platform, arch, libc }: Host): BenchmemError | undefined {
  const container = containerCommand(arch);
  if (platform !== 'linux') {
    return new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `memory is measured on Linux only, and this is ${systems.get(platform) ?? platform} (${platform}-${arch})`,
      `measure in a Linux container, for example:\n${container}\n${everywhere}`,
    );
  }
  if (libc === 'musl') {
    return new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `memory is measured with glibc only, and this Node (linux-${arch}) runs with musl, the C library of Alpine`,
      `measure in an image with glibc (node:24, not node:24-alpine), for example:\n${container}\n${everywhere}`,
    );
  }
  if (supportedArchs.includes(arch)) return undefined;
  return new BenchmemError(
    'UNSUPPORTED_RUNTIME',
    `memory is measured on Linux for ${supportedArchs.join(' and ')} only, and this Node is for ${arch}`,
    `measure in a Linux container, for example:\n${container}\n${everywhere}`,
  );
}

const systems: ReadonlyMap<string, string> = new Map([
  ['darwin', 'macOS'],
  ['win32', 'Windows'],
  ['freebsd', 'FreeBSD'],
  ['android', 'Android'],
]);

/** What needs no binary, as the hint says it. */
const everywhere =
  'import, require, --help, completion, version, compare, analyze, history, serve, publish, export, merge, prune, push, pull, db, plot, ' +
  'flamegraph and run --no-memory work on every system';

// WHY: there are braces, because PowerShell reads "$PWD:" as the name of a drive; and a volume for node_modules, because packages
// with binaries are installed for Linux there, while those of the host stay as they are.
function containerCommand(arch: string): string {
  const emulated = supportedArchs.includes(arch) ? '' : '--platform linux/amd64 ';
  const folders = '-v "$' + '{PWD}:/app" -v /app/node_modules -w /app';
  return `docker run --rm ${emulated}${folders} node:24 sh -c "npm ci && npx benchmem run"`;
}
