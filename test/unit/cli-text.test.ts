// Printable text, wrapping, and columns that fit a width.

import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { colorsOf } from '../../src/cli/terminal.js';
import { type Column, layOut } from '../../src/layout/columns.js';
import { columnsOf, truncate, unbroken, wrap } from '../../src/layout/printable.js';
import { nearest } from '../../src/stats/nearest.js';
import { printable, printableLines } from '../../src/text/escapes.js';

const colors = colorsOf({ color: false });

describe('printable', () => {
  it.each([
    ['plain text, ümläuts, 漢字, 🙂', 'plain text, ümläuts, 漢字, 🙂'],
    ['a\u001b[31mb', 'a\\x1b[31mb'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['a\u202eb', 'a\\u202eb'],
    ['a\u{e0041}b', 'a\\u{e0041}b'],
    ['a\ud800b', 'a\\ud800b'],
    ['a\u009b1mb', 'a\\x9b1mb'],
  ])('%j is %s', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('keeps line ends only where lines are meant', () => {
    expect(printableLines('a\r\nb\n\tc\rd\u001b')).toBe('a\nb\n  c\\rd\\x1b');
  });
});

describe('truncate', () => {
  it('counts columns, not characters', () => {
    expect(truncate('漢字漢字', 5)).toBe('漢字…');
    expect(truncate('漢字漢字', 5, 'end')).toBe('…漢字');
    expect(truncate('👩‍👩‍👧 family', 4)).toBe('👩‍👩‍👧 …');
    expect(truncate('漢字漢字', 5, 'ends')).toBe('漢…字');
    expect(truncate('e\u0301te\u0301 in abc', 6, 'ends')).toBe('e\u0301te\u0301…bc');
  });

  it('leaves what fits, and nothing where nothing fits', () => {
    expect([truncate('abc', 3), truncate('abc', 2), truncate('abc', 1), truncate('abc', 0)]).toEqual([
      'abc',
      'a…',
      '…',
      '',
    ]);
  });
});

describe('wrap', () => {
  it('breaks at blanks and never inside a word or an id', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij kl', 4)).toEqual(['abcdefghij', 'kl']);
    expect(wrap(`see ${unbroken('m::a b c')} and d`, 6)).toEqual(['see', 'm::a b c', 'and d']);
    expect(wrap('', 10)).toEqual(['']);
  });

  it('loses nothing', () => {
    const text = 'the quick brown 漢字漢字漢字 fox_jumps_over_the_lazy_dog again';
    for (let width = 28; width < 80; width += 1) {
      const lines = wrap(text, width);
      expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });
});

describe('layOut', () => {
  const columns: Column[] = [
    { align: 'left', rank: 0, minWidth: 6, header: { text: 'name' } },
    { align: 'right', rank: 0, header: { text: 'peak' } },
    { align: 'right', rank: 1, header: { text: 'first to stay' } },
    { align: 'right', rank: 2, header: { text: 'x' } },
    { align: 'right', rank: 2, header: { text: 'y' } },
  ];
  const row = ['a long name', '1.00 MiB', '12', 'xx', 'yy'].map((text) => ({ text }));
  const header = (width: number) =>
    layOut(columns, [row], { width, colors })[0]
      ?.trim()
      .split(/\s{2,}/);

  it('drops the highest rank first, and all of it', () => {
    expect(header(80)).toEqual(['name', 'peak', 'first to stay', 'x', 'y']);
    expect(header(42)).toEqual(['name', 'peak', 'first to stay', 'x', 'y']);
    expect(header(36)).toEqual(['name', 'peak', 'first to stay']);
    expect(header(30)).toEqual(['name', 'peak']);
  });

  it('shrinks a name before it drops a column, never below its least width', () => {
    expect(layOut(columns, [row], { width: 41, colors })[1]).toBe(
      'a long …  1.00 MiB             12  xx  yy',
    );
    expect(layOut(columns, [row], { width: 10, colors })[1]).toBe('a lon…  1.00 MiB');
  });

  it('has no blanks at line ends and no column for nothing', () => {
    const lines = layOut(columns, [[{ text: 'a' }, { text: '1' }], [{ text: 'b' }]], { width: 80, colors });
    expect(lines).toEqual(['name  peak  first to stay  x  y', 'a        1', 'b']);
    expect(
      layOut(
        [
          { align: 'left', rank: 0 },
          { align: 'left', rank: 0 },
        ],
        [[undefined, { text: 'b' }]],
        { width: 9, colors },
      ),
    ).toEqual(['b']);
  });

  it('aligns what is wide, combined or escaped by its columns', () => {
    const names = ['漢字', 'e\u0301', '\u001b', 'plain'];
    const lines = layOut(
      columns,
      names.map((text) => [{ text }, { text: '1' }]),
      { width: 80, colors },
    );
    expect(new Set(lines.slice(1).map((line) => stringWidth(line))).size).toBe(1);
  });
});

describe('nearest', () => {
  it('finds what was probably meant, or nothing', () => {
    const flags = ['export', 'all', 'args', 'attached', 'allocator'];
    expect(['exprt', 'al', 'alocator', 'arg', 'frobnicate', ''].map((word) => nearest(word, flags))).toEqual([
      'export',
      'all',
      'allocator',
      'args',
      undefined,
      undefined,
    ]);
  });
});
