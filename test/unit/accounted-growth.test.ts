// The judge of live sentences: it must fail on an account that is wrong.
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/exec/verdict.js';
import { accountFault } from '../field/accounted-growth.js';
import { record } from './exec-support/hand-made-series.js';

const { header, snapshots } = record(
  ...[10, 20, 30, 40, 50, 60].map((native) => ({ native, by: '/lib/leaky.node', nobody: native })),
);
const right = verdictOf({ header, snapshots }).sentence;

describe('the account of a sentence', () => {
  it('is right as the verdict has it', () => {
    expect(right).toMatch(/: native memory in use \+50\.00 MiB, unexplained \+50\.00 MiB\.$/);
    expect(accountFault(right, snapshots)).toBeUndefined();
  });

  it.each([
    [/, unexplained.*/, '.', /^52428800 B of 104857600 B are accounted for/],
    [/\+50\.00 MiB,/, '+95.00 MiB,', /are accounted for/],
    [/ Resident memory.*/, '', /^nothing accounts for/],
    [
      /native memory in use \+50/,
      'shared memory +1.00 MiB, native memory in use +49',
      /^not the largest first/,
    ],
  ])('is wrong with %s replaced by "%s"', (found, by, fault) => {
    expect(accountFault(right.replace(found, by), snapshots)).toMatch(fault);
  });

  it('names parts until four fifths of all growth are said, where a small rest is not', () => {
    const levels = [0, 1, 2, 3, 4].map((at) => ({
      native: 1 + at * 19,
      by: '/lib/leaky.node',
      js: 5 + at * 5,
      nobody: at,
    }));
    const { sentence } = verdictOf(record(...levels));
    expect(sentence).toMatch(/: native memory in use \+76\.00 MiB, the JavaScript heap \+20\.00 MiB\.$/);
    expect(accountFault(sentence, record(...levels).snapshots)).toBeUndefined();
  });

  it('is none for what hardly grew', () => {
    const { snapshots: still } = record(...[1, 1, 1, 1].map((native) => ({ native })));
    expect(accountFault('Nothing keeps growing.', still)).toBeUndefined();
    expect(accountFault(right, still)).toMatch(/^no growth that has parts/);
  });

  it('is none for so few snapshots that nothing can be told', () => {
    const few = snapshots.slice(0, 4);
    expect(accountFault(verdictOf({ header, snapshots: few }).sentence, few)).toBeUndefined();
    expect(accountFault(right, few)).toMatch(/^no growth that has parts/);
  });
});
