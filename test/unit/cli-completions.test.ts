// The words that a shell completes.
import { describe, expect, it } from 'vitest';
import { withNegations } from '../../src/cli/completions.js';

describe('completions', () => {
  it('offer the negative form of switches, with what zsh shows behind it', () => {
    expect(withNegations(['--time', '--memory:Memory passes', '--repeats', '--list', 'run'])).toEqual([
      '--time',
      '--no-time',
      '--memory:Memory passes',
      '--no-memory:Memory passes',
      '--repeats',
      '--list',
      'run',
    ]);
  });
});
