// The quick ways of numbers and orders against the plain definitions they stand for, on random and awkward values.
import { describe, expect, it } from 'vitest';
import { formatG } from '../../src/compare/numbers.js';
import { compareCodePoints, sortByCodePoints } from '../../src/runfile/ids.js';
import { summarize } from '../../src/stats/summary.js';
import { groupThousands, roundHalfEven } from '../../src/units.js';
import { randomFrom } from './compare-support.js';

/** `%.4g` by the exact decimal expansion, which a hundred decimals hold for these values. */
function exactG(value: number): string {
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential(100).split('e');
  const digits = mantissa.replace('.', '');
  const kept = BigInt(digits.slice(0, 4));
  const rest = digits.slice(4);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && kept % 2n === 1n);
  const rounded = Number(kept + (up ? 1n : 0n)) * 10 ** (Number(power) - 3);
  return (value < 0 ? '-' : '') + Number(rounded.toPrecision(4)).toString();
}

describe('quick ways', () => {
  it('print %.4g as the exact expansion does', () => {
    const random = randomFrom(7);
    const awkward = [
      0.00025005, 1.0005, 2.5, 1000.5, 1001.5, 999.95, 9999.5, 0.0001, 0.10005, 100.05, 1000, 10.125,
    ];
    const values = Array.from({ length: 5000 }, () => 10 ** (random() * 8 - 4) * (random() < 0.5 ? -1 : 1));
    const ties = Array.from({ length: 2000 }, () => Math.floor(random() * 9000 + 1000) + 0.5);
    for (const value of [...awkward, ...values, ...ties].filter((each) => Math.abs(each) < 9999)) {
      expect(formatG(value, 4), String(value)).toBe(exactG(value));
    }
  });

  it('print %.4g in exponent form below 1e-4, rounded as the exact expansion is', () => {
    const random = randomFrom(23);
    const awkward = [2 ** -30 * 1000.5, 1e-12, 9.9994e-5, 9.98999e-5, 1e-5, 9.9999e-6, 9.99951e-9, 2 ** -20];
    const values = Array.from({ length: 5000 }, () => 10 ** (random() * 8 - 12) * (random() < 0.5 ? -1 : 1));
    // Ties: an odd multiple of half a unit in the fourth place, exact in binary only for some.
    const ties = Array.from({ length: 2000 }, () => (Math.floor(random() * 9000 + 1000) + 0.5) * 1e-9);
    const small = [...awkward, ...values, ...ties].filter((each) => Math.abs(each) < 9.9995e-5);
    for (const value of small) {
      const text = formatG(value, 4);
      expect(Number(text), String(value)).toBe(Number(exactG(value)));
      expect(text).toMatch(/^-?[1-9](\.\d{0,2}[1-9])?e-\d\d$/);
    }
    expect(small.length).toBeGreaterThan(5000);
  });

  it('give the standard deviation that integers of any size give', () => {
    const random = randomFrom(11);
    for (let round = 0; round < 2000; round += 1) {
      const offset = Math.floor(random() * 2 ** Math.floor(random() * 53));
      const spread = 2 ** Math.floor(random() * 40);
      const series = Array.from({ length: 2 + Math.floor(random() * 9) }, () =>
        Math.min(Number.MAX_SAFE_INTEGER, offset + Math.floor(random() * spread)),
      );
      expect(summarize(series).stddev, series.join()).toBe(exactDeviation(series));
    }
  });

  it('order texts by code point, with and without surrogates', () => {
    for (const texts of [
      ['b', 'a', 'a\uffff', 'B', 'ab', 'a'],
      ['\uff5e', '\u{1f600}', 'a', '\u{1f600}a', '\ue000', 'z'],
    ]) {
      expect(sortByCodePoints([...texts])).toEqual([...texts].sort(compareCodePoints));
    }
    expect(sortByCodePoints(['\u{1f600}', '\uff5e'])).toEqual(['\uff5e', '\u{1f600}']);
  });

  it('group and round short and whole numbers like long ones', () => {
    expect(['0', '999', '1000', '-999', '999.25', '1234.5', '-1234567'].map(groupThousands)).toEqual([
      '0',
      '999',
      '1,000',
      '-999',
      '999.25',
      '1,234.5',
      '-1,234,567',
    ]);
    expect([0, -0, 7, -7, 2 ** 53 - 1].map((value) => roundHalfEven(value, 0))).toEqual([
      '0',
      '0',
      '7',
      '-7',
      '9007199254740991',
    ]);
  });
});

// By decimal search on integers: the double nearest to the root of the exact variance.
function exactDeviation(series: readonly number[]): number {
  const count = BigInt(series.length);
  const sum = series.reduce((all, value) => all + BigInt(value), 0n);
  const squares = series.reduce((all, value) => all + BigInt(value) ** 2n, 0n);
  const scaled = ((count * squares - sum * sum) << 400n) / (count * count);
  let low = 0n;
  let high = 1n << 300n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle * middle <= scaled) low = middle;
    else high = middle;
  }
  return Number(low) / 2 ** 200;
}
