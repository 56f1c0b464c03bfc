// What an error says with its causes and the errors that it gathers: bounded, for cycles and hostile values too, the
// same after a crossing, and printable on a terminal.
import { describe, expect, it } from 'vitest';
import { renderError } from '../../src/cli/text/render-error.js';
import { describeError, innerLines, reviveError } from '../../src/error-text.js';
import { BenchmemError } from '../../src/errors.js';

const plain = { color: false };
const chain = (length: number): Error =>
  length === 1 ? new Error('link 1') : new Error(`link ${length}`, { cause: chain(length - 1) });

describe('what stands below an error', () => {
  it.each<[string, unknown, string[]]>([
    ['nothing', new Error('a'), []],
    ['a cause', new Error('a', { cause: new TypeError('b') }), ['caused by: TypeError: b']],
    ['a chain', chain(3), ['caused by: Error: link 2', '  caused by: Error: link 1']],
    ['a text as the cause', new Error('a', { cause: 'full disk' }), ['caused by: Error: full disk']],
    ['an object as the cause', new Error('a', { cause: { errno: 5 } }), ['caused by: Error: { errno: 5 }']],
    ['zero as the cause', new Error('a', { cause: 0 }), ['caused by: Error: 0']],
    [
      'gathered errors, one with a cause',
      new AggregateError([new Error('x', { cause: new Error('y') }), 'z'], 'all'),
      ['error 1: Error: x', '  caused by: Error: y', 'error 2: Error: z'],
    ],
  ])('%s', (_what, error, lines) => {
    expect(innerLines(error)).toEqual(lines);
    expect(innerLines(reviveError(describeError(error)))).toEqual(lines);
  });

  it('ends for cycles', () => {
    const error = new Error('round') as Error & { cause?: unknown };
    error.cause = new Error('and', { cause: error });
    expect(innerLines(error)).toEqual([
      'caused by: Error: and',
      '  caused by: an error that stands above already',
    ]);
  });

  it('is bounded in depth, width and length', () => {
    expect(innerLines(chain(100))).toHaveLength(7);
    expect(innerLines(chain(100)).at(-1)).toMatch(/more that is not shown$/);
    const wide = new AggregateError(Array.from({ length: 100 }, (_, at) => new Error(`e${at}`)));
    expect(innerLines(wide)).toHaveLength(9);
    expect(innerLines(wide).at(-1)).toBe('error 9: 92 more');
    const bush = (depth: number): Error =>
      depth === 0 ? new Error('leaf') : new AggregateError(Array.from({ length: 8 }, () => bush(depth - 1)));
    expect(innerLines(bush(4)).length).toBeLessThan(300);
    const long = new Error('a', { cause: new Error('x'.repeat(1e6)) });
    expect(innerLines(long)[0]?.length).toBeLessThan(3000);
  });

  it('is left out where asking for it throws, and the error itself stays', () => {
    const error = Object.defineProperty(new Error('kept'), 'cause', {
      get() {
        throw new Error('never');
      },
    });
    expect(describeError(error)).toMatchObject({ message: 'kept' });
    expect(innerLines(error)).toEqual([]);
  });
});

describe('on a terminal', () => {
  const failed = (cause: unknown) =>
    renderError(new BenchmemError('ACTION_FAILED', 'it threw', 'h', { cause }), plain);

  it('causes stand below the error, with the lines that threw them', () => {
    const text = failed(new Error('outer', { cause: new RangeError('inner') }));
    expect(text).toMatch(
      /^benchmem: it threw\n {2}at .*error-text\.test\.ts[\s\S]*\n {2}caused by: RangeError: inner\n {4}at .*error-text\.test/,
    );
  });

  it('gathered errors stand one below the other', () => {
    const cause = new AggregateError([new Error('one'), new Error('two')], 'all');
    expect(failed(cause)).toMatch(/\n {2}error 1: Error: one\n[\s\S]*\n {2}error 2: Error: two\n/);
  });

  it('their text moves nothing', () => {
    const text = failed(new Error('a', { cause: new Error('\u001b[2Jx\n::error::y\u202e') }));
    for (const mover of ['\u001b', '\u202e']) expect(text).not.toContain(mover);
    expect(text).toContain('caused by: Error: \\x1b[2Jx');
    expect(text).not.toMatch(/^\s*::error/m);
  });
});
