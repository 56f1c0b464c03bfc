// The machine that benchmem runs on: which C library its node has, and what is said where memory cannot be measured.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { commands } from '../../src/cli/commands.js';
import type { BenchmemError } from '../../src/errors.js';
import { loaderOf, machineOf } from '../../src/native/elf-header.js';
import { currentHost, type Host, libcOf, supportedArchs, unsupportedHost } from '../../src/native/host.js';
import { elfFile } from '../support/elf-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-host-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function refusalOf(host: Host): BenchmemError {
  const error = unsupportedHost(host);
  if (error === undefined) throw new Error(`${host.platform}-${host.arch} is supported`);
  return error;
}

describe('the header of a binary', () => {
  it('says which machine it is for', () => {
    expect(machineOf(process.execPath)).toBe(process.arch);
    expect(machineOf(put('arm', elfFile({ machine: 'arm64' })))).toBe('arm64');
    expect(machineOf(put('big', elfFile({ machine: 's390x' })))).toBe('s390x');
    expect(machineOf(put('odd', elfFile({ machine: 999 })))).toBe('ELF machine 999');
  });
  it('says what loads it', () => {
    expect(loaderOf(process.execPath)).toMatch(/ld-linux/);
    expect(loaderOf(put('musl', elfFile({ loader: '/lib/ld-musl-x86_64.so.1' })))).toBe(
      '/lib/ld-musl-x86_64.so.1',
    );
    expect(loaderOf(put('static', elfFile({})))).toBeUndefined();
  });
  it.each([
    ['nothing', ''],
    ['text', 'no ELF file, though it is longer than the header of one would be: 64 bytes'],
    ['cut', elfFile({ loader: '/lib/ld.so' }).subarray(0, 100)],
    ['half a header', elfFile({}).subarray(0, 40)],
  ])('says nothing where the file holds %s', (name, content) => {
    const file = put(name, content);
    expect(loaderOf(file)).toBeUndefined();
    if (name !== 'cut') expect(machineOf(file)).toBeUndefined();
  });
  it('says nothing of what is no file', () => {
    expect([machineOf(folder), loaderOf(join(folder, 'gone'))]).toEqual([undefined, undefined]);
  });
});

describe('the C library', () => {
  it.each([
    ['/lib64/ld-linux-x86-64.so.2', 'glibc'],
    ['/nix/store/0a1b-musl/ld-linux-aarch64.so.1', 'glibc'],
    ['/lib/ld-musl-x86_64.so.1', 'musl'],
    ['/opt/musl/lib/ld-musl-aarch64.so.1', 'musl'],
  ])('of a node that is loaded by %s is %s', (loader, libc) => {
    expect(libcOf(put('node', elfFile({ loader })))).toBe(libc);
  });
  it('of this node is the one of this test', () => {
    expect(currentHost()).toEqual({ platform: 'linux', arch: process.arch, libc: 'glibc' });
  });
});

describe('a machine', () => {
  it.each(supportedArchs)('with Linux and glibc on %s is measured', (arch) => {
    expect(unsupportedHost({ platform: 'linux', arch, libc: 'glibc' })).toBeUndefined();
  });

  it.each<[Host, string]>([
    [
      { platform: 'darwin', arch: 'arm64' },
      'memory is measured on Linux only, and this is macOS (darwin-arm64)',
    ],
    [{ platform: 'darwin', arch: 'x64' }, 'memory is measured on Linux only, and this is macOS (darwin-x64)'],
    [{ platform: 'win32', arch: 'x64' }, 'memory is measured on Linux only, and this is Windows (win32-x64)'],
    [
      { platform: 'freebsd', arch: 'x64' },
      'memory is measured on Linux only, and this is FreeBSD (freebsd-x64)',
    ],
    [{ platform: 'aix', arch: 'ppc64' }, 'memory is measured on Linux only, and this is aix (aix-ppc64)'],
    [
      { platform: 'linux', arch: 'x64', libc: 'musl' },
      'memory is measured with glibc only, and this Node (linux-x64) runs with musl, the C library of Alpine',
    ],
    [
      { platform: 'linux', arch: 'riscv64', libc: 'glibc' },
      `memory is measured on Linux for ${supportedArchs.join(' and ')} only, and this Node is for riscv64`,
    ],
  ])('%j is refused by name', (host, message) => {
    const error = refusalOf(host);
    expect([error.code, error.exitCode, error.message]).toEqual(['UNSUPPORTED_RUNTIME', 2, message]);
    expect(error.hint).toContain('docker run');
    if (host.libc === undefined) expect(`${error.message} ${error.hint}`).not.toMatch(/glibc|musl/);
  });

  it('is emulated by the container only where there is no binary for it', () => {
    expect(refusalOf({ platform: 'darwin', arch: 'x64' }).hint).not.toContain('--platform');
    expect(refusalOf({ platform: 'linux', arch: 'riscv64', libc: 'glibc' }).hint).toContain(
      '--platform linux/amd64',
    );
  });
});

describe('the hint', () => {
  it('is what docs/platforms.md says', () => {
    const page = readFileSync(join(root, 'docs/platforms.md'), 'utf8');
    const [, command = ''] = refusalOf({ platform: 'darwin', arch: 'x64' }).hint.split('\n');
    expect(page).toContain(`\n${command}\n`);
    expect(page).toContain(refusalOf({ platform: 'darwin', arch: 'arm64' }).message);
    for (const { name } of commands.filter(({ name }) => name !== 'version'))
      expect(page).toContain(`\`${name}`);
  });

  it('names each command that measures nothing, and run --no-memory', () => {
    const { hint } = refusalOf({ platform: 'win32', arch: 'x64' });
    const [, listed = ''] =
      /^import, require, --help, completion, (.*) work on every system$/m.exec(hint) ?? [];
    const named = listed.split(/, | and /);
    const measuringNothing = commands.filter(({ measures }) => !measures({ memory: {}, list: false }));
    expect(named.sort()).toEqual([...measuringNothing.map(({ name }) => name), 'run --no-memory'].sort());
  });
});
