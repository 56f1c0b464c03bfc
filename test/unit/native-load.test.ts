// Finding and loading the native binaries: order of looking, and a typed error for each thing that can be missing.
// Loads no real addon; folders are made for each test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { currentHost, type Host } from '../../src/native/host.js';
import { findAddon, handedAddon, loadBinding, preloadLibraryPath } from '../../src/native/load.js';
import { elfFile } from '../support/elf-file.js';

const here: Host = { platform: 'linux', arch: 'x64', libc: 'glibc' };
const prebuilt = join(
  'prebuilds',
  `${process.platform}-${process.arch}`,
  `benchmem.${currentHost().libc}.node`,
);
const built = join('build', 'Release', 'benchmem.node');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'benchmem-load-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, content: string | Uint8Array = 'no ELF file'): string {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
  return join(root, file);
}

function errorOf(call: () => unknown): BenchmemError {
  try {
    call();
  } catch (error) {
    if (error instanceof BenchmemError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the addon', () => {
  it('is the prebuilt one where nothing was built', () => {
    const file = put(prebuilt);
    expect(findAddon(root, here)).toBe(file);
  });

  it('is the one that was built here, where both exist', () => {
    put(prebuilt);
    const file = put(built);
    expect(findAddon(root, here)).toBe(file);
  });

  it('is missing with the looked-at files and the remedy', () => {
    const error = errorOf(() => findAddon(root, here));
    expect(error.code).toBe('ADDON_MISSING');
    expect(error.message).toContain(join(root, built));
    expect(error.message).toContain(join(root, 'prebuilds', 'linux-x64', 'benchmem.glibc.node'));
    expect(error.hint).toContain('npm run build -- native');
  });

  it('is not even looked for where none can exist', () => {
    put(built);
    const error = errorOf(() => findAddon(root, { platform: 'darwin', arch: 'arm64' }));
    expect(error.code).toBe('UNSUPPORTED_RUNTIME');
    expect(error.message).toContain('macOS (darwin-arm64)');
  });

  it('of another machine is named as such, and not as missing', () => {
    const other = process.arch === 'arm64' ? 'x64' : 'arm64';
    const file = put(built, elfFile({ machine: other }));
    for (const call of [() => findAddon(root, currentHost()), () => loadBinding(file)]) {
      const error = errorOf(call);
      expect(error.code).toBe('UNSUPPORTED_RUNTIME');
      expect(error.message).toBe(
        `the native addon ${file} is for ${other}, and this Node is for ${process.arch}`,
      );
      expect(error.hint).toContain('npm run build -- native');
    }
  });

  it('that cannot be loaded says why', () => {
    const error = errorOf(() => loadBinding(put(built)));
    expect(error.code).toBe('UNSUPPORTED_RUNTIME');
    expect(error.message).toContain(join(root, built));
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('an addon that was handed over', () => {
  it('is taken as it is where it is one of the package', () => {
    put(built);
    expect(handedAddon(join(root, prebuilt), root)).toBe(join(root, prebuilt));
  });

  it.each([
    ['nothing', () => undefined],
    ['no path', () => 7],
    ['a file of somebody else', () => '/tmp/evil/prebuilds/linux-x64/benchmem.glibc.node'],
    ['a file outside, by way of the package', () => `${root}/prebuilds/linux-x64/../../../evil.node`],
    ['a package below the package', () => `${root}/node_modules/evil/build/Release/evil.node`],
    ['no addon', () => `${root}/prebuilds/linux-x64/evil.js`],
  ])('is looked for where it is %s', (_, handed) => {
    const file = put(built);
    expect(handedAddon(handed(), root)).toBe(file);
  });
});

describe('the preload library', () => {
  it.each([
    [built, join('build', 'Release', 'libbenchmem.so')],
    ['prebuilds/linux-x64/benchmem.glibc.node', 'prebuilds/linux-x64/libbenchmem.glibc.so'],
  ])('of %s is %s', (addon, library) => {
    const file = put(library);
    expect(preloadLibraryPath(put(addon))).toBe(file);
  });

  it('is missing with the looked-at file and the remedy', () => {
    const error = errorOf(() => preloadLibraryPath(put(built)));
    expect(error.code).toBe('PRELOAD_MISSING');
    expect(error.message).toContain(join(root, 'build', 'Release', 'libbenchmem.so'));
    expect(error.hint).not.toBe('');
  });
});
