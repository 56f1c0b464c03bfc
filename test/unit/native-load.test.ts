// Finding and loading the native binaries: order of looking, and a typed error for each thing that can be missing.
// Loads no real addon; folders are made for each test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import {
  currentHost,
  findAddon,
  type Host,
  handedAddon,
  loadBinding,
  preloadLibraryPath,
} from '../../src/native/load.js';

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

function put(file: string): string {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), 'no ELF file');
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
    expect(error.hint).toContain('npm run build:native');
  });

  it.each<Host>([
    { platform: 'darwin', arch: 'arm64', libc: 'glibc' },
    { platform: 'win32', arch: 'x64', libc: 'glibc' },
    { platform: 'linux', arch: 'arm64', libc: 'glibc' },
    { platform: 'linux', arch: 'x64', libc: 'musl' },
  ])('cannot exist on $platform-$arch with $libc', (host) => {
    const error = errorOf(() => findAddon(root, host));
    expect(error.code).toBe('UNSUPPORTED_RUNTIME');
    expect(error.message).toContain(`${host.platform}-${host.arch} with ${host.libc}`);
    expect(error.hint).toContain('Linux x64');
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
