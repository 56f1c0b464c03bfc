// What the two shipped binaries need from a machine and what they put into a process, read from their ELF tables.
// Looks at build/Release, and at what was built for other machines: the prebuilt binaries are these, stripped.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { targetNames, targetOf } from '../../scripts/lib/targets.mjs';

/** Of each machine: the oldest C library that there is for it, and the loader's name. */
const machines: Record<string, { oldest: string; loader: string }> = {
  'linux-x64': { oldest: 'GLIBC_2.2.5', loader: 'ld-linux-x86-64.so.2' },
  'linux-arm64': { oldest: 'GLIBC_2.17', loader: 'ld-linux-aarch64.so.1' },
};

const built = targetNames
  .map(targetOf)
  .filter(({ isHost, outputs }) => isHost || outputs.every((file) => existsSync(file)))
  .map(({ name, outputs: [addon, preload] }) => ({
    name,
    addon: String(addon),
    preload: String(preload),
    machine: machines[name] as { oldest: string; loader: string },
  }));

/** The newest versions that a machine where Node 20 runs is sure to have. */
const newestAllowed: Record<string, string> = {
  GLIBC: '2.28',
  GLIBCXX: '3.4.21',
  CXXABI: '1.3.9',
  GCC: '4.3',
};

function readelf(file: string, ...options: string[]): string {
  return execFileSync('readelf', ['--wide', ...options, file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
}

function neededLibraries(file: string): string[] {
  return [...readelf(file, '-d').matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => String(name)).sort();
}

/** Versions that the binary asks of other libraries, as GLIBC_2.28. */
function neededVersions(file: string): string[] {
  const needs = readelf(file, '-V').split("Version needs section '.gnu.version_r'")[1] ?? '';
  return [
    ...new Set(
      [...needs.matchAll(/Name: (\w+)_([\d.]+)/g)].map(([, family, version]) => `${family}_${version}`),
    ),
  ];
}

function isNewer(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split('.').map(Number));
  const length = Math.max(left?.length ?? 0, right?.length ?? 0);
  for (let index = 0; index < length; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Versions beyond the floor, and of families that the floor does not know. */
function tooNew(versions: readonly string[]): string[] {
  return versions.filter((name) => {
    const [family = '', version = ''] = name.split('_');
    const floor = newestAllowed[family];
    return floor === undefined || isNewer(version, floor);
  });
}

interface DynamicSymbols {
  readonly defined: string[];
  readonly undefinedNames: string[];
}

function dynamicSymbols(file: string): DynamicSymbols {
  const defined: string[] = [];
  const undefinedNames: string[] = [];
  for (const line of readelf(file, '--dyn-syms').split('\n')) {
    const [, , , , binding, , section, name] = line.trim().split(/\s+/);
    if (name === undefined || !['GLOBAL', 'WEAK'].includes(binding ?? '')) continue;
    (section === 'UND' ? undefinedNames : defined).push(name.replace(/@.*/, ''));
  }
  return { defined: defined.sort(), undefinedNames: undefinedNames.sort() };
}

/** The symbols of native/interposer/symbols.def. */
function hookedSymbols(): string[] {
  const text = readFileSync(`${root}/native/interposer/symbols.def`, 'utf8');
  return [...text.matchAll(/^BENCHMEM_HOOKED\w*\(\w+,\s*"([^"]+)"/gm)].map(([, symbol]) => String(symbol));
}

describe('the version reader', () => {
  it('finds what is above the floor', () => {
    const versions = [
      'GLIBC_2.2.5',
      'GLIBC_2.28',
      'GLIBC_2.34',
      'GLIBCXX_3.4.21',
      'GLIBCXX_3.4.22',
      'OTHER_1.0',
    ];
    expect(tooNew(versions)).toEqual(['GLIBC_2.34', 'GLIBCXX_3.4.22', 'OTHER_1.0']);
  });
});

describe.each(
  built.flatMap(({ name, addon, preload, machine }) => [
    { name, file: addon, machine },
    { name, file: preload, machine },
  ]),
)('$name: $file', ({ file, machine }) => {
  it('loads on glibc 2.28', () => {
    const versions = neededVersions(file);
    expect(versions).toContain(machine.oldest);
    expect(tooNew(versions)).toEqual([]);
  });

  it('is never unloaded: hooks and thread ends point into it', () => {
    expect(readelf(file, '-d')).toMatch(/FLAGS_1.*NODELETE/);
  });
});

describe.each(built)('$name: benchmem.node', ({ addon }) => {
  it('exports what Node looks for, and no allocation function', () => {
    const { defined } = dynamicSymbols(addon);
    expect(defined).toContain('napi_register_module_v1');
    expect(defined.filter((name) => hookedSymbols().includes(name))).toEqual([]);
    expect(defined.filter((name) => !/^(napi_|node_api_)/.test(name))).toEqual([]);
  });

  it('holds no jemalloc: its thread-local storage would not fit when Node loads the addon', () => {
    const { undefinedNames } = dynamicSymbols(addon);
    expect(undefinedNames.filter((name) => name.startsWith('bm_je'))).toEqual([]);
    expect(readFileSync(addon).includes('narenas')).toBe(false);
  });
});

describe.each(built)('$name: libbenchmem.so', ({ preload, machine }) => {
  it('needs the C library and nothing else', () => {
    expect(neededLibraries(preload)).toEqual([machine.loader, 'libc.so.6'].sort());
  });

  it('leaves no symbol of the C++ library to be found at run time', () => {
    const { undefinedNames } = dynamicSymbols(preload);
    expect(
      undefinedNames.filter((name) => /^(_Z|__cxa_(?!finalize|atexit)|__gxx|_Unwind)/.test(name)),
    ).toEqual([]);
  });

  it('exports the hooked functions and its table, and nothing else', () => {
    // WHY: the names must be exactly these, because another one, for example napi_register_module_v1, would take over the
    // registration of other addons.
    const tables = ['benchmem_abi_table', 'benchmem_allocator_provider_v1'];
    const conditions = ['pthread_cond_broadcast', 'pthread_cond_signal', 'pthread_cond_wait'];
    const others = [...tables, ...conditions, 'malloc_usable_size'];
    const hooked = hookedSymbols();
    expect(hooked).toHaveLength(45);
    expect(dynamicSymbols(preload).defined).toEqual([...hooked, ...others].sort());
  });
});
