// Renames: their grammar, which id they give, and what two of them must not do.
import { describe, expect, it } from 'vitest';
import { joinRenames, parseRename, renameEarlier } from '../../src/runfile/renames.js';
import { run } from './compare-support.js';

const idsOf = (label: string, ids: readonly string[]) =>
  run(
    label,
    ids.map((id) => ({ id, peak: [1] })),
  );

/** The ids of the earlier run, renamed. */
function renamed(ids: readonly string[], ...texts: string[]): string[] {
  const renames = joinRenames(
    [],
    texts.map((text) => parseRename(text)),
  );
  const { runs } = renameEarlier([idsOf('base', ids), idsOf('head', ids)], renames);
  expect(runs[1]?.file.benchmarks.map(({ fullname }) => fullname)).toEqual(ids);
  return runs[0]?.file.benchmarks.map(({ fullname }) => fullname) ?? [];
}

describe('a rename', () => {
  it.each<[string, string, string]>([
    ['a=b', 'a', 'b'],
    [' a = b ', 'a', 'b'],
    ['m::f[n=1]=m::g[n=1]', 'm::f[n=1]', 'm::g[n=1]'],
    ['m::f[a[b=1]=2]=g', 'm::f[a[b=1]=2]', 'g'],
    ['a=b=c', 'a', 'b=c'],
    ['a.ts::=b.ts::', 'a.ts::', 'b.ts::'],
    ['__proto__=constructor', '__proto__', 'constructor'],
  ])('%s', (text, from, to) => {
    expect(parseRename(text)).toEqual({ from, to });
  });

  it.each(['', 'a', '=b', 'a=', '=', 'f[n=1]', 'a::=b', 'a=b::', 'a::='])('%j is refused', (text) => {
    expect(() => parseRename(text)).toThrow(
      expect.objectContaining({ code: 'USAGE', exitCode: 2, hint: expect.stringMatching(/./) }),
    );
  });
});

describe('the ids of an earlier run', () => {
  it.each<[string, string[], string[], string[]]>([
    ['follow an id', ['m::a', 'm::ab'], ['m::a=m::z'], ['m::z', 'm::ab']],
    ['follow a prefix', ['m::a', 'm::g::b', 'mm::a'], ['m::=n::'], ['n::a', 'n::g::b', 'mm::a']],
    ['follow the longest prefix', ['m::g::a', 'm::b'], ['m::=n::', 'm::g::=k::'], ['k::a', 'n::b']],
    ['follow an id before a prefix', ['m::a', 'm::b'], ['m::=n::', 'm::a=x'], ['x', 'n::b']],
    ['may change places', ['a', 'b'], ['a=b', 'b=a'], ['b', 'a']],
    ['are renamed once', ['a', 'c'], ['a=b', 'b=d'], ['b', 'c']],
    ['keep what stands in brackets', ['m::f[x::y]'], ['m::=n::'], ['n::f[x::y]']],
    ['may be called like a member of objects', ['toString', 'b'], ['toString=__proto__'], ['__proto__', 'b']],
  ])('%s', (_what, ids, renames, expected) => {
    expect(renamed(ids, ...renames)).toEqual(expected);
  });

  it.each<[string, string[], string[], RegExp]>([
    ['two ids onto one', ['a', 'b'], ['a=c', 'b=c'], /the renames: a and b would both be c/],
    ['one id twice', ['a'], ['a=b', 'a=c'], /a is renamed twice/],
    ['an id onto another of its run', ['a', 'b'], ['a=b'], /base\.json: a and b would both be b/],
    ['an id onto an earlier one', ['b', 'a'], ['a=b'], /base\.json: b and a would both be b/],
    ['a prefix onto another', ['m::a', 'n::a'], ['m::=n::'], /m::a and n::a would both be n::a/],
  ])('are never renamed %s', (_what, ids, renames, message) => {
    expect(() => renamed(ids, ...renames)).toThrow(
      expect.objectContaining({ code: 'USAGE', exitCode: 2, message: expect.stringMatching(message) }),
    );
  });

  it('that a rename does not find are told, with the one that was meant', () => {
    const renames = joinRenames(
      [],
      [parseRename('m::sotr=m::x'), parseRename('zzz=y'), parseRename('m::a=m::b')],
    );
    const runs = ['m::sort', 'm::a'].map((id) => idsOf(id, [id]));
    expect(renameEarlier([...runs, idsOf('head', ['zzz'])], renames).unmatched).toEqual([
      { from: 'm::sotr', meant: 'm::sort' },
      { from: 'zzz' },
    ]);
  });

  it('keep their dims, and a failed one its new name', () => {
    const base = run('base', [{ id: 'm::old[1]', peak: [1], params: { n: 1 } }], {
      benchmem: { schema: 1, complete: true, failures: [{ fullname: 'm::gone', step: 'peak' }] },
    });
    const { runs } = renameEarlier([base, idsOf('head', ['x::new[1]'])], [{ from: 'm::', to: 'x::' }]);
    expect(runs[0]?.file.benchmarks[0]).toMatchObject({ fullname: 'x::old[1]', params: { n: 1 } });
    expect(runs[0]?.file.benchmem?.failures).toMatchObject([{ fullname: 'x::gone' }]);
    expect(base.file.benchmarks[0]?.fullname).toBe('m::old[1]');
  });

  it('follow a flag where the configuration says otherwise', () => {
    const configured = [
      { from: 'a', to: 'b' },
      { from: 'c', to: 'd' },
    ];
    expect(joinRenames(configured, [{ from: 'a', to: 'e' }])).toEqual([
      { from: 'c', to: 'd' },
      { from: 'a', to: 'e' },
    ]);
  });
});

describe('former ids', () => {
  const idsOfAll = (...runs: readonly (readonly [id: string, ...former: string[]])[][]) =>
    renameEarlier(
      runs.map((benches, at) =>
        run(
          `r${at}`,
          benches.map(([id, ...formerly]) => ({
            id,
            peak: [1],
            extra: formerly.length === 0 ? {} : { formerly },
          })),
        ),
      ),
      [],
    ).runs.map(({ file }) => file.benchmarks.map(({ fullname }) => fullname).join(' '));

  it('are renamed in earlier runs, over several renames', () => {
    expect(
      idsOfAll([['m::a'], ['m::x']], [['m::b', 'm::a'], ['m::x']], [['m::c', 'm::b'], ['m::x']]),
    ).toEqual(['m::c m::x', 'm::c m::x', 'm::c m::x']);
  });

  it('are left where the run has both, and in runs that come later', () => {
    expect(idsOfAll([['m::a'], ['m::b']], [['m::b', 'm::a']])).toEqual(['m::a m::b', 'm::b']);
    expect(idsOfAll([['m::b', 'm::a']], [['m::a']])).toEqual(['m::b', 'm::a']);
  });
});
