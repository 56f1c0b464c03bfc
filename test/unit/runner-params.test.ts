// Params: what a value may be, what stands in ids, what the benchmark's functions get, and how TypeScript sees them.
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { bench } from '../../src/index.js';
import { casesOf } from '../../src/runner/cases.js';
import { type Collector, startCollecting, stopCollecting } from '../../src/runner/registry.js';

let collector: Collector;

beforeEach(() => {
  collector = startCollecting();
});
afterEach(() => stopCollecting());

const define = (params: unknown) => bench('sort', { params: params as { n: number[] } }, () => {});
const cases = () => casesOf(collector.definitions);
const sparse = [1, 2];
sparse[3] = 4;

describe('a labelled param', () => {
  it('gives the functions its value, and everything else its label', () => {
    const big = [3, 1, 2];
    const make = () => 7;
    define({
      rows: [{ label: 'big', value: big }, { label: 'none', value: null }, 10],
      how: [{ label: 'call', value: make }],
    });
    expect(cases().map(({ localId, param, params }) => ({ localId, param, params }))).toEqual([
      { localId: 'sort[big-call]', param: 'big-call', params: { rows: 'big', how: 'call' } },
      { localId: 'sort[none-call]', param: 'none-call', params: { rows: 'none', how: 'call' } },
      { localId: 'sort[10-call]', param: '10-call', params: { rows: 10, how: 'call' } },
    ]);
    expect(cases().map(({ values }) => values)).toEqual([
      { rows: big, how: make },
      { rows: null, how: make },
      { rows: 10, how: make },
    ]);
    expect(cases()[0]?.values.rows).toBe(big);
  });

  it.each([
    ['a BigInt', 10n],
    ['a Date', new Date(0)],
    ['a symbol', Symbol('s')],
    ['a Map', new Map()],
    ['NaN', Number.NaN],
    ['a labelled one', { label: 'a', value: 1 }],
    ['false', false],
  ])('may hold %s', (_what, value) => {
    define({ n: [{ label: 'it', value }] });
    expect(cases()[0]?.values.n).toBe(value);
  });

  it('may be called by a number or a boolean, which keeps its type', () => {
    define({
      n: [
        { label: 1000, value: [1] },
        { label: true, value: [2] },
      ],
    });
    expect(cases().map(({ params }) => params?.n)).toEqual([1000, true]);
  });

  it('keeps hostile names and labels as they are', () => {
    define({ ['__proto__']: [{ label: 'constructor', value: 1 }], toString: ['a]::b['] });
    const [found] = cases();
    expect(found?.localId).toBe('sort[constructor-a]::b[]');
    expect(Object.entries(found?.params ?? {})).toEqual([
      ['__proto__', 'constructor'],
      ['toString', 'a]::b['],
    ]);
    expect(Object.getPrototypeOf(found?.values)).toBe(Object.prototype);
  });
});

describe('params', () => {
  it.each<[unknown, string]>([
    [{ n: [10n] }, 'value 1 of param "n" is a BigInt (10n)'],
    [{ n: [1, new Date(0)] }, 'value 2 of param "n" is a Date'],
    [{ n: [() => 1] }, 'value 1 of param "n" is a function'],
    [{ n: [class A {}] }, 'value 1 of param "n" is a function'],
    [{ n: [Symbol('s')] }, 'value 1 of param "n" is a symbol (Symbol(s))'],
    [{ n: [Number.NaN] }, 'value 1 of param "n" is NaN'],
    [{ n: [Number.POSITIVE_INFINITY] }, 'value 1 of param "n" is Infinity'],
    [{ n: [Number.NEGATIVE_INFINITY] }, 'value 1 of param "n" is -Infinity'],
    [{ n: [undefined] }, 'value 1 of param "n" is undefined'],
    [{ n: [null] }, 'value 1 of param "n" is null'],
    [{ n: sparse }, 'value 3 of param "n" is undefined'],
    [{ n: [[1]] }, 'value 1 of param "n" is a list'],
    [{ n: [{ rows: 1 }] }, 'value 1 of param "n" is an object without a label'],
    [{ n: [Object.create({ label: 'a', value: 1 })] }, 'value 1 of param "n" is an object without a label'],
    [{ n: [new Map([['label', 1]])] }, 'value 1 of param "n" is a Map'],
    [{ n: [{ label: 'a' }] }, 'value 1 of param "n" is labelled "a", and its value is undefined'],
    [
      { n: [{ label: 'a', value: undefined }] },
      'value 1 of param "n" is labelled "a", and its value is undefined',
    ],
    [{ n: [{ label: '', value: 1 }] }, 'value 1 of param "n" is an object whose label is empty'],
    [{ n: [{ label: Number.NaN, value: 1 }] }, 'value 1 of param "n" is an object whose label is NaN'],
    [{ n: [{ label: { a: 1 }, value: 1 }] }, 'value 1 of param "n" is an object whose label is an object'],
    [
      { n: [{ label: 'a', value: 1, vlaue: 2 }] },
      'labelled "a", and has a field "vlaue" besides label and value',
    ],
    [{ n: [1, 1] }, 'values 1 and 2 of param "n" are both called "1"'],
    [{ n: [1, 2, '1'] }, 'values 1 and 3 of param "n" are both called "1"'],
    [{ n: [0, -0] }, 'values 1 and 2 of param "n" are both called "0"'],
    [{ n: ['true', true] }, 'values 1 and 2 of param "n" are both called "true"'],
    [
      {
        n: [
          { label: 'a', value: 1 },
          { label: 'a', value: 2 },
        ],
      },
      'values 1 and 2 of param "n" are both called "a"',
    ],
    [{ n: [{ label: '5', value: 1 }, 5] }, 'values 1 and 2 of param "n" are both called "5"'],
    [{ n: 5 }, 'param "n" is 5, and no list'],
    [{ n: 'abc' }, 'param "n" is "abc", and no list'],
    [{ n: new Set([1]) }, 'param "n" is a Set, and no list'],
    [{ n: [] }, 'param "n" has no value'],
    [{ '"': [1, null] }, 'value 2 of param "\\"" is null'],
    [[1], 'params is a list'],
    [7, 'params is 7'],
  ])('that cannot be are refused by name (%#)', (params, message) => {
    expect(() => define(params)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(
          `bench "sort": ${message.startsWith('labelled') ? 'value 1 of param "n" is ' : ''}${message}`,
        ),
        hint: expect.stringMatching(/./),
      }),
    );
  });

  it('that differ, and are joined to one id, are refused with the id', () => {
    define({ a: ['x-y', 'x'], b: ['z', 'y-z'] });
    expect(cases).toThrow(
      expect.objectContaining({
        code: 'DUPLICATE_BENCHMARK',
        message: expect.stringContaining('"sort[x-y-z]"'),
      }),
    );
  });
});

describe('their types', () => {
  it('are those of the values', () => {
    const rows: { count: number }[] = [];
    bench(
      'typed',
      {
        params: {
          n: [1, 2],
          rows: [{ label: 'none', value: rows }],
          how: ['a', { label: 'b', value: (x: number) => x }],
        },
        setup: (params) => {
          expectTypeOf(params.rows).toEqualTypeOf<{ count: number }[]>();
          return new Map<string, number>();
        },
        teardown: (_state, { n }) => expectTypeOf(n).toEqualTypeOf<1 | 2>(),
      },
      (state, { n, rows: given, how }) => {
        expectTypeOf(state).toEqualTypeOf<Map<string, number>>();
        expectTypeOf(n).toEqualTypeOf<1 | 2>();
        expectTypeOf(given).toEqualTypeOf<{ count: number }[]>();
        expectTypeOf(how).toEqualTypeOf<'a' | ((x: number) => number)>();
      },
    );
    bench('plain', { params: { shape: [{ label: 'small', value: { rows: 1 } }] } }, ({ shape }) =>
      expectTypeOf(shape.rows).toEqualTypeOf<1>(),
    );
    expect(cases()).toHaveLength(5);
  });

  it('refuse what run time refuses', () => {
    // @ts-expect-error: a Date needs a label.
    expect(() => bench('date', { params: { n: [new Date(0)] } }, () => {})).toThrow();
    // @ts-expect-error: a label needs a value.
    expect(() => bench('label', { params: { n: [{ label: 'a' }] } }, () => {})).toThrow();
    // @ts-expect-error: a value is never undefined.
    expect(() => bench('value', { params: { n: [{ label: 'a', value: undefined }] } }, () => {})).toThrow();
  });
});
