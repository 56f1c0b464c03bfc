// The texts of bytes, counts and changes that every table shares.
import { describe, expect, it } from 'vitest';
import { byteUnitOf, formatBytes, formatCount, plainDecimal, roundHalfEven } from '../../src/units.js';

describe('roundHalfEven', () => {
  it.each([
    [1.125, 2, '1.12'],
    [15.625, 2, '15.62'],
    [1.375, 2, '1.38'],
    [0.5, 0, '0'],
    [1.5, 0, '2'],
    [2.5, 0, '2'],
    [107.5, 0, '108'],
    [-0.5, 0, '0'],
    [-2.5, 0, '-2'],
    [-1.375, 2, '-1.38'],
    [2.675, 2, '2.67'], // below the tie in binary
    [9.995, 2, '9.99'],
    [0.045, 2, '0.04'], // its binary value lies just below
    [5e-324, 2, '0.00'],
    [2 ** 53, 0, '9007199254740992'],
    [1e21, 0, '1000000000000000000000'],
    [-1.5e23, 2, '-150000000000000004194304.00'],
  ])('%d with %d decimals is %s', (value, digits, text) => {
    expect(roundHalfEven(value, digits)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => roundHalfEven(value, 2)).toThrow(RangeError);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1.00 KiB'],
    [1152, '1.12 KiB'], // 1.125
    [-2048, '-2.00 KiB'],
    [140_735_340, '134.22 MiB'],
    [3 * 1024 ** 3, '3.00 GiB'],
    [5000 * 1024 ** 4, '5,000.00 TiB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('takes the unit it is told', () => {
    expect(formatBytes(64_980_255, 'KiB')).toBe('63,457.28 KiB');
    expect(formatBytes(300, 'MiB')).toBe('0.00 MiB');
  });

  it('finds the unit by magnitude', () => {
    expect([0, 1023, 1024, -(1024 ** 2), 1024 ** 5].map(byteUnitOf)).toEqual(['B', 'B', 'KiB', 'MiB', 'TiB']);
  });
});

describe('formatCount', () => {
  it('groups thousands', () => {
    expect([0, 999, 1000, 1234567, 107.5].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
      '108',
    ]);
  });
});

describe('a plain decimal', () => {
  it.each<[number, string]>([
    [0, '0'],
    [1, '1'],
    [1.5, '1.5'],
    [1e-6, '0.000001'],
    [1e-7, '0.0000001'],
    [2.5e-7, '0.00000025'],
    [-1.25e-9, '-0.00000000125'],
    [5e-324, `0.${'0'.repeat(323)}5`],
    [1e21, '1000000000000000000000'],
    [-1.25e22, '-12500000000000000000000'],
    [123456789012345680000, '123456789012345680000'],
    [Number.MAX_VALUE, `17976931348623157${'0'.repeat(292)}`],
  ])('of %d is %s, which reads back as it', (value, text) => {
    expect(plainDecimal(value)).toBe(text);
    expect(Number(text)).toBe(value);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('of %d is refused', (value) => {
    expect(() => plainDecimal(value)).toThrow(RangeError);
  });
});
