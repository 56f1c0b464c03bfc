// Finds and loads native binaries: the addon, and the preload library that belongs to it. ONLY: `'node-gyp-build'`.
// A build of one's own goes first, then the prebuilt binaries, as node-gyp-build has it. Must not build anything, and
// must import no package before it is asked to find something: it also runs where no package can be resolved yet.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchmemError, typedNativeError } from '../errors.js';
import type { NativeBinding } from './contract.js';

/** What a binary must fit. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  readonly libc: 'glibc' | 'musl';
}

const require = createRequire(import.meta.url);
const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
const supportedHost = { platform: 'linux', arch: 'x64', libc: 'glibc' } satisfies Host;

/** The machine that this process runs on. */
export function currentHost(): Host {
  // WHY this file: it is how node-gyp-build tells them apart.
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  return { platform: process.platform, arch: process.arch, libc };
}

/** Where the addon is looked for, in that order; for the message. */
function addonCandidates(root: string, host: Host): string[] {
  const prebuilds = join(root, 'prebuilds', `${host.platform}-${host.arch}`);
  return [join(root, 'build', 'Release', 'benchmem.node'), join(prebuilds, `benchmem.${host.libc}.node`)];
}

/**
 * The addon's file.
 * @throws BenchmemError UNSUPPORTED_RUNTIME where no binary can exist; ADDON_MISSING where it is not there.
 */
export function findAddon(root: string = packageRoot, host: Host = currentHost()): string {
  try {
    const nodeGypBuild = require('node-gyp-build') as { resolve(root: string): string };
    return nodeGypBuild.resolve(root);
  } catch (error) {
    throw missingAddon(root, host, error);
  }
}

const placeOfAddons = /^(build\/(Release|Debug)|prebuilds\/[^/]+)\/[^/]+\.node$/;

/**
 * The addon's file as another process of ours, or another thread, handed it over: where the package manager's resolver
 * is not loaded yet, node-gyp-build cannot be found. It is looked for here, too, if that is no addon of this package.
 */
export function handedAddon(file: unknown, root: string = packageRoot): string {
  return typeof file === 'string' && placeOfAddons.test(relative(root, file)) ? file : findAddon(root);
}

function missingAddon(root: string, host: Host, cause: unknown): BenchmemError {
  if (!isSupported(host)) {
    return new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `benchmem has no binary for ${host.platform}-${host.arch} with ${host.libc}`,
      'measure on Linux x64 with glibc (Debian, Ubuntu, Fedora and the like; not Alpine)',
      { cause },
    );
  }
  return new BenchmemError(
    'ADDON_MISSING',
    `the native addon was found in none of: ${addonCandidates(root, host).join(', ')}`,
    'reinstall the benchmem package; in a checkout of its repository: npm run build:native (needs g++, make, python3)',
    { cause },
  );
}

function isSupported(host: Host): boolean {
  const { platform, arch, libc } = supportedHost;
  return host.platform === platform && host.arch === arch && host.libc === libc;
}

/**
 * Loads the addon; every caller of one thread gets the same object.
 * @throws BenchmemError UNSUPPORTED_RUNTIME, ADDON_MISSING, PRELOAD_VERSION
 */
export function loadBinding(file: string = findAddon()): NativeBinding {
  try {
    return require(file) as NativeBinding;
  } catch (error) {
    const typed = typedNativeError(error);
    if (typed instanceof BenchmemError) throw typed;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `the native addon ${file} could not be loaded: ${reason}`,
      'it needs glibc 2.28 or newer and leave to load addons (--allow-addons under --permission); ' +
        'else build it in a checkout of the repository: npm run build:native',
      { cause: error },
    );
  }
}

/**
 * The preload library that belongs to the addon: it stands beside it.
 * @throws BenchmemError UNSUPPORTED_RUNTIME, ADDON_MISSING; PRELOAD_MISSING where only the library is not there.
 */
export function preloadLibraryPath(addon: string = findAddon()): string {
  // benchmem.glibc.node has libbenchmem.glibc.so beside it; benchmem.node has libbenchmem.so.
  const library = join(dirname(addon), `lib${basename(addon, '.node')}.so`);
  if (existsSync(library)) return library;
  throw new BenchmemError(
    'PRELOAD_MISSING',
    `the preload library ${library} does not exist`,
    'reinstall the benchmem package; in a checkout of its repository: npm run build:native. Attached mode needs no library',
  );
}
