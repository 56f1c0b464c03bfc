// The words that a shell completes.
import { describe, expect, it } from 'vitest';
import { withNegations } from '../../src/cli/completions.js';

describe('completions', () => {
  it('offer the negative form of flags that have one, with what zsh shows behind it', () => {
    const flag = { describe: 'What it does' };
    const table = {
      time: { ...flag, negatable: true },
      memory: { ...flag, negatable: true },
      repeats: flag,
      list: flag,
    } as const;
    const words = ['--time', '--memory:Memory passes', '--repeats', '--list', 'run'];
    expect(withNegations(words, [table])).toEqual([
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
