// Finds and loads native binaries: the addon, and the preload library that belongs to it. ONLY: `'node-gyp-build'`.
// A build of one's own goes first, then the prebuilt binaries, as node-gyp-build has it. Must not build anything, and
// must import no package before it is asked to find something: it also runs where no package can be resolved yet.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchmemError, typedNativeError } from '../errors.js';
import type { NativeBinding } from './contract.js';
import { machineOf } from './elf-header.js';
import { currentHost, type Host, unsupportedHost } from './host.js';

const require = createRequire(import.meta.url);
const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Where the addon is looked for, in that order; for the message. */
function addonCandidates(root: string, host: Host): string[] {
  const prebuilds = join(root, 'prebuilds', `${host.platform}-${host.arch}`);
  return [join(root, 'build', 'Release', 'benchmem.node'), join(prebuilds, `benchmem.${host.libc}.node`)];
}

/**
 * The addon's file.
 * @throws BenchmemError UNSUPPORTED_RUNTIME if no binary can exist, or it is another machine's; ADDON_MISSING if it
 * is not there.
 */
export function findAddon(root: string = packageRoot, host: Host = currentHost()): string {
  const refusal = unsupportedHost(host);
  if (refusal !== undefined) throw refusal;
  let file: string;
  try {
    const nodeGypBuild = require('node-gyp-build') as { resolve(root: string): string };
    file = nodeGypBuild.resolve(root);
  } catch (error) {
    throw missingAddon(root, host, error);
  }
  refuseOtherMachine(file, host.arch);
  return file;
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
  return new BenchmemError(
    'ADDON_MISSING',
    `the native addon was found in none of: ${addonCandidates(root, host).join(', ')}`,
    'reinstall the benchmem package; in a checkout of its repository: npm run build -- native (needs g++, make, python3)',
    { cause },
  );
}

// WHY: this is asked before it is loaded, because the loader says of a file of another machine that it does not exist.
function refuseOtherMachine(file: string, arch: string): void {
  const machine = machineOf(file);
  if (machine === undefined || machine === arch) return;
  throw new BenchmemError(
    'UNSUPPORTED_RUNTIME',
    `the native addon ${file} is for ${machine}, and this Node is for ${arch}`,
    'remove that file if the package has another one, or reinstall the benchmem package with this Node; ' +
      'in a checkout of its repository: npm run build -- native',
  );
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
    refuseOtherMachine(file, process.arch);
    const reason = error instanceof Error ? error.message : String(error);
    throw new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `the native addon ${file} could not be loaded: ${reason}`,
      'it needs glibc 2.28 or newer and leave to load addons (--allow-addons under --permission); ' +
        'else build it in a checkout of the repository: npm run build -- native',
      { cause: error },
    );
  }
}

/**
 * The preload library that belongs to the addon: it stands beside it.
 * @throws BenchmemError UNSUPPORTED_RUNTIME, ADDON_MISSING; PRELOAD_MISSING if only the library is not there.
 */
export function preloadLibraryPath(addon: string = findAddon()): string {
  // benchmem.glibc.node has libbenchmem.glibc.so beside it; benchmem.node has libbenchmem.so.
  const library = join(dirname(addon), `lib${basename(addon, '.node')}.so`);
  if (existsSync(library)) return library;
  throw new BenchmemError(
    'PRELOAD_MISSING',
    `the preload library ${library} does not exist`,
    'reinstall the benchmem package; in a checkout of its repository: npm run build -- native. Attached mode needs no library',
  );
}
