// Absence: what is undefined is left out, and nothing else is.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defined } from '../../src/shapes.js';

describe('defined', () => {
  it('leaves out what is undefined, and keeps every other value in its place', () => {
    const record = defined({ first: 0, gone: undefined, text: '', nothing: null, no: false, last: [] });
    expect(Object.entries(record)).toEqual([
      ['first', 0],
      ['text', ''],
      ['nothing', null],
      ['no', false],
      ['last', []],
    ]);
    expect('gone' in record).toBe(false);
  });
  it('copies: the record that was given stays as it is', () => {
    const given = { bytes: undefined as number | undefined };
    expect(defined(given)).not.toBe(given);
    expect(Object.keys(given)).toEqual(['bytes']);
  });
  it('makes optional in its type exactly what may be undefined', () => {
    const bytes = 1 as number | undefined;
    const record = defined({ bytes, name: 'x' });
    expectTypeOf(record.bytes).toEqualTypeOf<number | undefined>();
    expectTypeOf(record.name).toEqualTypeOf<string>();
    // @ts-expect-error: an absent property is not one that is undefined.
    const strict: { bytes: number } = record;
    expect(strict.bytes).toBe(1);
  });
});
