// Symbols of ELF files: one name per address whatever the aliases, and node's own executable as it is.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { namingWorld } from '../../src/profile/files.js';
import { readElf } from '../../src/profile/names/elf.js';
import { symbolTable } from '../../src/profile/names/symbols.js';
import { type ElfSymbol, elfFile, sourceOf } from './profile-support/elf.js';

function tableOf(symbols: readonly ElfSymbol[], options: Parameters<typeof elfFile>[1] = {}) {
  const elf = readElf(sourceOf(elfFile(symbols, options)));
  if (elf === undefined) throw new Error('no ELF file');
  return symbolTable(elf);
}

describe('the symbols of an object', () => {
  it('name the function that an address lies in, up to its last byte', () => {
    const { nameOf, buildId } = tableOf([
      { name: 'second', address: 0x2000, size: 0x100 },
      { name: 'first', address: 0x1000, size: 0x100 },
    ]);
    expect([0xfff, 0x1000, 0x10ff, 0x1100, 0x1fff, 0x2050, 0x2100, 2 ** 52].map(nameOf)).toEqual([
      undefined,
      'first',
      'first',
      undefined,
      undefined,
      'second',
      undefined,
      undefined,
    ]);
    expect(buildId).toBe('00112233445566778899aabbccddeeff00112233');
  });

  it.each<[string, readonly ElfSymbol[]]>([
    [
      'a',
      [
        { name: 'zz', binding: 'local' },
        { name: 'a', binding: 'local' },
      ],
    ],
    ['longer', [{ name: 'b', binding: 'local' }, { name: 'longer' }]],
    [
      'weakly',
      [
        { name: 'b', binding: 'local' },
        { name: 'weakly', binding: 'weak' },
      ],
    ],
    ['global', [{ name: 'b', binding: 'weak' }, { name: 'global' }]],
    ['aa', [{ name: 'ab' }, { name: 'aa' }, { name: 'aaa' }]],
    ['memcpy', [{ name: 'memcpy@@GLIBC_2.14' }, { name: '__memcpy_avx' }]],
  ])('call aliases %s in whatever order they stand', (name, aliases) => {
    const symbols = aliases.map((alias) => ({ address: 0x1000, size: 8, ...alias }));
    expect(tableOf(symbols).nameOf(0x1004)).toBe(name);
    expect(tableOf([...symbols].reverse()).nameOf(0x1004)).toBe(name);
  });

  it('without a size reach 4 KiB, and no further than the next one', () => {
    const { nameOf } = tableOf([
      { name: 'assembly', address: 0x1000, size: 0 },
      { name: 'next', address: 0x1800, size: 0 },
    ]);
    expect([0x17ff, 0x1800, 0x27ff, 0x2800].map(nameOf)).toEqual(['assembly', 'next', 'next', undefined]);
  });

  it('may lie in one another', () => {
    const { nameOf } = tableOf([
      { name: 'outer', address: 0x1000, size: 0x1000 },
      { name: 'inner', address: 0x1100, size: 0x10 },
      { name: 'label', address: 0x1200, size: 0 },
    ]);
    expect([0x1108, 0x1110, 0x1201].map(nameOf)).toEqual(['inner', 'outer', 'outer']);
  });

  it('are of code only', () => {
    const { nameOf } = tableOf([
      { name: 'data', address: 0x1000, size: 8, isData: true },
      { name: 'object', address: 0x1100, size: 8, type: 1 },
      { name: 'label', address: 0x1200, size: 0, type: 0 },
      { name: 'code', address: 0x1300, size: 8, type: 0 },
      { name: 'ifunc', address: 0x1400, size: 8, type: 10 },
    ]);
    expect([0x1000, 0x1100, 0x1200, 0x1300, 0x1400].map(nameOf)).toEqual([
      undefined,
      undefined,
      undefined,
      'code',
      'ifunc',
    ]);
  });

  it('are those of .dynsym in a stripped object', () => {
    const exported = [{ name: 'exported', address: 0x1000, size: 8 }];
    expect(tableOf(exported, { stripped: true }).nameOf(0x1000)).toBe('exported');
  });
});

describe('an executable that is there', () => {
  const hasNm = ['/usr/bin/nm', '/bin/nm'].some(existsSync);

  it.skipIf(!hasNm)('has the names that nm (binutils) has, read in pieces', () => {
    const table = namingWorld({ project: '', executable: '', demangle: (name) => name }).symbolsOf(
      process.execPath,
    );
    const listed = execFileSync('nm', ['-f', 'sysv', '--defined-only', process.execPath], {
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    });
    const names = new Map<number, Set<string>>();
    for (const line of listed.split('\n')) {
      const [name = '', value = '', , type = '', size = ''] = line.split('|').map((cell) => cell.trim());
      if (!/^(FUNC|IFUNC)$/.test(type) || size === '') continue;
      const address = Number.parseInt(value, 16);
      names.set(address, (names.get(address) ?? new Set()).add(name.replace(/@.*/, '')));
    }
    expect(names.size).toBeGreaterThan(10_000);
    const wrong = [...names].filter(([address, aliases]) => !aliases.has(table?.nameOf(address) ?? ''));
    expect(wrong).toEqual([]);
    expect(table?.buildId ?? 'none').toMatch(/^([0-9a-f]{16,}|none)$/);
  });

  it('of another kind has no symbols', () => {
    const { symbolsOf } = namingWorld({ project: '', executable: '', demangle: (name) => name });
    expect(['/dev/zero', '/nowhere', '/tmp', new URL(import.meta.url).pathname].map(symbolsOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
