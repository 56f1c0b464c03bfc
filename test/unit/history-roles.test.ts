// Which two runs an analysis is about: identity, order, words, and what is refused with what to type instead.
import { describe, expect, it } from 'vitest';
import { chooseRoles, type RoleChoice } from '../../src/history/roles.js';
import { compareHeads, headFacts, type RunHead } from '../../src/runfile/heads.js';
import { parseRunFile } from '../../src/runfile/read.js';
import { headOf } from './history-support.js';

const first = headOf('0001_a', { datetime: '2026-01-01T00:00:00Z', tag: 'base', commit: '0123456789abcdef' });
const second = headOf('0002_b', {
  datetime: '2026-01-02T00:00:00Z',
  tag: 'next',
  commit: '0123456aaaaaaaaa',
});
const third = headOf('0003_c', { datetime: '2026-01-03T00:00:00Z', tag: 'base', commit: 'ffff456789abcdef' });
const all = [first, second, third];

const chosen = (heads: readonly RunHead[], choice: RoleChoice = {}) => {
  const { reference, candidate } = chooseRoles(heads, choice, '.benchmarks');
  return [reference.stem, candidate.stem];
};

describe('the two runs', () => {
  it.each<[string, RoleChoice, [string, string]]>([
    ['neither named: the newest and the one before', {}, ['0002_b', '0003_c']],
    ['a candidate: the run before it', { candidate: 'next' }, ['0001_a', '0002_b']],
    ['a reference: the newest that is not it', { reference: '0001_a' }, ['0001_a', '0003_c']],
    ['the newest as the reference', { reference: '3' }, ['0003_c', '0002_b']],
    ['an id', { reference: '0002_b', candidate: '0001_a' }, ['0002_b', '0001_a']],
    ['a tag of several runs means the newest', { candidate: 'base' }, ['0002_b', '0003_c']],
    ['a number', { reference: '1', candidate: '0003' }, ['0001_a', '0003_c']],
    ['a saved name', { candidate: 'b' }, ['0001_a', '0002_b']],
    ['words', { reference: 'previous', candidate: 'latest' }, ['0002_b', '0003_c']],
    ['a word of a machine folder', { reference: 'F/1', candidate: 'F/latest' }, ['0001_a', '0003_c']],
    ['the start of a commit', { candidate: 'FFFF4567' }, ['0002_b', '0003_c']],
    ['only the newest two', { last: 2, reference: 'next' }, ['0002_b', '0003_c']],
  ])('%s', (_, choice, expected) => {
    expect(chosen(all, choice)).toEqual(expected);
  });

  it('a word of several runs is noted with the others', () => {
    expect(chooseRoles(all, { candidate: 'base' }, '.benchmarks').notes).toEqual([
      'base means .benchmarks/F/0003_c.json, the newest; also called so: .benchmarks/F/0001_a.json',
    ]);
  });

  it('an id goes before a tag, and a tag before a number', () => {
    const named = headOf('0004_d', { id: 'next', datetime: '2026-01-04T00:00:00Z', tag: '1' });
    expect(chosen([...all, named], { candidate: 'next' })).toEqual(['0003_c', '0004_d']);
    expect(chosen([...all, named], { candidate: '1' })).toEqual(['0003_c', '0004_d']);
  });

  it('unless named, they are whole runs of one kind, machine folder and environment', () => {
    const others = [
      headOf('0004_d', { complete: false }),
      headOf('0005_e', { isShard: true }),
      headOf('0006_f', { kind: 'measure' }),
    ];
    expect(chosen([...all, ...others])).toEqual(['0002_b', '0003_c']);
    const elsewhere = headOf('0009_z', { environment: { machine: 'there' } });
    expect(chosen([first, elsewhere, third])).toEqual(['0001_a', '0003_c']);
    expect(chosen([first, elsewhere, third], { allMachines: true })).toEqual(['0009_z', '0003_c']);
    const folder = headOf('0009_z', { folder: 'G' });
    expect(chosen([first, folder, third])).toEqual(['0001_a', '0003_c']);
  });

  it.each<[string, readonly RunHead[], RoleChoice, RegExp, RegExp]>([
    ['nothing saved', [], {}, /no runs found in \.benchmarks/, /--save NAME/],
    ['one run', [first], {}, /0001_a has no run before it/, /save a second one/],
    ['nothing before', all, { candidate: '1' }, /0001_a has no run before it/, /--reference/],
    ['one run twice', all, { reference: '1', candidate: 'a' }, /the same run/, /name two runs/],
    ['an unknown run', all, { reference: 'bsae' }, /no run "bsae"/, /the runs are base/],
    ['two commits', all, { reference: '0123456' }, /begins 2 commits/, /more of the commit/],
    ['a start that is too short', all, { reference: 'ffff45' }, /no run "ffff45"/, /the runs are/],
    [
      'no whole run',
      [headOf('0001_a', { complete: false })],
      {},
      /no whole run/,
      /--candidate, such as 0001_a/,
    ],
  ])('%s is refused', (_, heads, choice, message, hint) => {
    expect(() => chosen(heads, choice)).toThrowError(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });
});

describe('the order of runs', () => {
  it('is when they were measured, then number, then path; a time without a zone is UTC', () => {
    const heads = [
      headOf('0009_zone', { datetime: '2026-01-01T01:30:00+02:00' }),
      headOf('0001_naive', { datetime: '2026-01-01T00:00:00.250000' }),
      headOf('0008_blank', { datetime: '2025-12-31 23:45:00' }),
      headOf('0007_none'),
      headOf('0006_broken', { datetime: 'yesterday' }),
      headOf('other'),
    ];
    expect(heads.sort(compareHeads).map(({ stem }) => stem)).toEqual([
      'other',
      '0006_broken',
      '0007_none',
      '0009_zone',
      '0008_blank',
      '0001_naive',
    ]);
  });
});

describe('who a run is', () => {
  const facts = (top: object) => {
    const text = JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: [], ...top });
    const { id, tag } = headFacts(parseRunFile(text, 'f.json'), '0007_stem');
    return [id, tag];
  };

  it.each<[object, readonly (string | undefined)[]]>([
    [{}, ['0007_stem', undefined]],
    [{ commit_info: { id: 'c0ffee' } }, ['c0ffee', undefined]],
    [{ commit_info: { id: 'unversioned', branch: '(unknown)' } }, ['0007_stem', undefined]],
    [{ commit_info: { id: 'c0ffee' }, datetime: '2026-01-01' }, ['2026-01-01', undefined]],
    [{ datetime: '2026-01-01', run_id: 7 }, ['7', undefined]],
    [{ run_id: 'outer', metadata: { run_id: 'inner' } }, ['inner', undefined]],
    [{ metadata: 'text', tag: 'outer', label: 'label' }, ['0007_stem', 'label']],
    [{ tag: 'outer', label: '', metadata: { tag: '', label: 'inner' } }, ['0007_stem', 'inner']],
    [{ benchmem: { schema: 1, complete: true, tags: { tag: 'ours' } } }, ['0007_stem', 'ours']],
  ])('%j', (top, expected) => {
    expect(facts(top)).toEqual(expected);
  });
});
