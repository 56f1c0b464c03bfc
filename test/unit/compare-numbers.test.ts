// Numbers as comparisons print them, sentence by sentence of the definition.
import { describe, expect, it } from 'vitest';
import {
  changePercent,
  documentCell,
  documentScale,
  documentText,
  formatG,
  labelText,
  multiplierText,
  pythonRepr,
} from '../../src/compare/numbers.js';
import { changeText } from '../../src/text/numbers.js';

describe("C's %.4g", () => {
  it.each<[number, string]>([
    [0.00101518, '0.001015'],
    [0.0577, '0.0577'],
    [1.0625, '1.062'],
    [1.1875, '1.188'],
    [0.00009765625, '9.766e-05'],
    [1e-4, '0.0001'],
    [0.00009999999, '0.0001'],
    [0.000099994, '9.999e-05'],
    [12345, '1.234e+04'],
    [12345.5, '1.235e+04'],
    [12355, '1.236e+04'],
    [9999.5, '1e+04'],
    [9998.5, '9998'],
    [1234, '1234'],
    [1e100, '1e+100'],
    [0, '0'],
    [-1.0625, '-1.062'],
    [5e-324, '4.941e-324'],
  ])('%f', (value, text) => {
    expect(formatG(value, 4)).toBe(text);
  });
});

describe("Python's repr", () => {
  it.each<[number, string]>([
    [10000, '10000.0'],
    [1.5e-5, '1.5e-05'],
    [0.0001, '0.0001'],
    [1e16, '1e+16'],
    [1234567890123456, '1234567890123456.0'],
    [1.25e19, '1.25e+19'],
    [0, '0.0'],
    [-0, '-0.0'],
    [-2.5, '-2.5'],
    [0.1 + 0.2, '0.30000000000000004'],
    [5e-324, '5e-324'],
    [1e22, '1e+22'],
  ])('%f', (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });
});

describe('cells', () => {
  it.each<[number, 'B' | 's' | '', number, string]>([
    [1.125 * 1024, 'B', 1024, '1.12'],
    [15.625 * 1024, 'B', 1024, '15.62'],
    [1.135 * 1024, 'B', 1024, '1.14'],
    [1234567, 'B', 1, '1,234,567'],
    [107.5, 'B', 1, '108'],
    [106.5, 'B', 1, '106'],
    [107.5, '', 1, '108'],
    [1234567.5, '', 1, '1,234,568'],
    [-2048, 'B', 1024, '-2.00'],
    [2 ** 60, 'B', 1024 ** 4, '1,048,576.00'],
    [1e22, 'B', 1, '10,000,000,000,000,000,000,000'],
    [1e40, 'B', 1024 ** 4, '9,094,947,017,729,282,655,442,173,952.00'],
    [-1e21, '', 1, '-1,000,000,000,000,000,000,000'],
    [0.5, 's', 1, '0.5'],
  ])('%f %s / %f', (value, unit, factor, text) => {
    expect(documentCell(value, unit, factor)).toBe(text);
  });

  it('of labels show text as it is and numbers with four digits', () => {
    expect(['a|b', 1234, 12345, 0.5, true, 10].map(labelText)).toEqual([
      'a|b',
      '1,234',
      '1.234e+04',
      '0.5',
      'true',
      '10',
    ]);
  });
});

describe('a column of bytes', () => {
  it.each<[number[], string, number]>([
    [[0, 2048, 1024 ** 3], 'KiB', 1024],
    [[1023, 2048], 'B', 1],
    [[0, -5], 'B', 1],
    [[], 'B', 1],
    [[1024 ** 2], 'MiB', 1024 ** 2],
    [[1024 ** 6], 'TiB', 1024 ** 4],
  ])('%j is in the unit of its smallest positive value', (values, unit, factor) => {
    expect(documentScale('B', Math.min(...values.filter((value) => value > 0)))).toEqual({ unit, factor });
  });
});

describe('a single value', () => {
  it.each<[number, 'B' | 's' | '', string]>([
    [1023, 'B', '1023 B'],
    [1023.5, 'B', '1024 B'],
    [85115, 'B', '83.1 KiB'],
    [1024 * 1024, 'B', '1 MiB'],
    [1023 * 1024, 'B', '1023 KiB'],
    [999.5 * 1024, 'B', '1000 KiB'],
    [1023.9 * 1024, 'B', '1024 KiB'],
    [5000 * 1024 ** 4, 'B', '5000 TiB'],
    [4.125 * 1024, 'B', '4.12 KiB'],
    [-2048, 'B', '-2 KiB'],
    [0, 'B', '0 B'],
    [39, '', '39'],
    [1234567, '', '1234567'],
    [107.5, '', '108'],
    [0.0010151837, 's', '0.001015s'],
    [0.00001, 's', '1e-05s'],
  ])('%f %s', (value, unit, text) => {
    expect(documentText(value, unit)).toBe(text);
  });
});

describe('changes and multipliers', () => {
  it.each<[number, string]>([
    [22, '+22.0%'],
    [-0.3, '-0.3%'],
    [0.04, '0.0%'],
    [-0.04, '0.0%'],
    [0, '0.0%'],
    [2463.904, '+2463.9%'],
    [0.25, '+0.2%'],
    [-12.25, '-12.2%'],
    [1e22, '+10000000000000000000000.0%'],
  ])('%f percent', (percent, text) => {
    expect(changeText(percent)).toBe(text);
  });

  it('has no percentage over a base that is not positive', () => {
    expect([changePercent(0, 5), changePercent(-1, 5), changePercent(39, 41)]).toEqual([
      undefined,
      undefined,
      ((41 - 39) / 39) * 100,
    ]);
  });

  it.each<[number, number, string | null]>([
    [10, 10, '(1.0)'],
    [10.000001, 10, '(1.00)'],
    [11.25, 10, '(1.12)'],
    [10_000, 10, '(1000.00)'],
    [10_001, 10, '(>1000.0)'],
    [5, 0, null],
    [0, 0, null],
    [5, -1, null],
  ])('%f against %f', (value, best, text) => {
    expect(multiplierText(value, best)).toBe(text);
  });
});
