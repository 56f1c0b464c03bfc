// Which functions a command line means, from the exports of a file.

import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labelOf } from '../../src/runner/discover.js';
import { chooseExports, type ExportEntry } from '../../src/runner/exports.js';

interface Choice {
  readonly exports: readonly string[];
  readonly all: boolean;
  readonly setup: string | false | undefined;
}

const none: Choice = { exports: [], all: false, setup: undefined };

function entries(...names: string[]): ExportEntry[] {
  return names.map((name) => ({ name, kind: 'function' }));
}

function names(exports: readonly ExportEntry[], choice: Partial<Choice>) {
  return chooseExports('job.mjs', exports, { ...none, ...choice }).map(({ name, setup }) => [name, setup]);
}

describe('without --export', () => {
  it('is the default export', () => {
    expect(names(entries('build', 'default', 'write'), {})).toEqual([['default', undefined]]);
  });
  it('is the only function, whatever else is exported', () => {
    const exports: ExportEntry[] = [
      ...entries('build'),
      { name: 'limit', kind: 'value' },
      { name: 'Model', kind: 'class' },
    ];
    expect(names(exports, {})).toEqual([['build', undefined]]);
  });
  it('does not take the set-up for an action', () => {
    expect(names(entries('build', 'setup'), {})).toEqual([['build', 'setup']]);
    expect(names(entries('build', 'prepare'), { setup: 'prepare' })).toEqual([['build', 'prepare']]);
  });
  it('is nothing where several could be meant', () => {
    expect(() => names(entries('build', 'write'), {})).toThrow(/exports 2 functions: build, write/);
  });
});

describe('--export', () => {
  it('may name several, each once', () => {
    const exports = entries('a', 'b', 'c');
    expect(names(exports, { exports: ['c', 'a', 'c'] })).toEqual([
      ['c', undefined],
      ['a', undefined],
    ]);
  });
  it('may name the set-up itself, which then runs alone', () => {
    expect(names(entries('build', 'setup'), { exports: ['setup'] })).toEqual([['setup', undefined]]);
  });
});

describe('--all', () => {
  it('is every function but the set-up, in the order of the exports', () => {
    expect(names(entries('b', 'setup', 'a'), { all: true })).toEqual([
      ['b', 'setup'],
      ['a', 'setup'],
    ]);
  });
  it('takes setup for an action where there is to be none', () => {
    expect(names(entries('b', 'setup'), { all: true, setup: false })).toEqual([
      ['b', undefined],
      ['setup', undefined],
    ]);
  });
  it('is not the set-up alone', () => {
    expect(() => names(entries('setup'), { all: true })).toThrow(/exports no function to measure/);
  });
});

describe('the label of a file', () => {
  it.each([
    ['job.mjs', 'job.mjs'],
    ['./a/../job.mjs', 'job.mjs'],
    ['/project/sub/job.mjs', 'sub/job.mjs'],
    ['../other/job.mjs', '../other/job.mjs'],
  ])('%s is %s', (given, label) => {
    expect(labelOf(resolve('/project', given), '/project')).toBe(label);
  });
});
