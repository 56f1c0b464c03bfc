// Which objects stay, and what keeps them: the rules on heaps made by hand, each with what it would say without the rule.
import { describe, expect, it } from 'vitest';
import { toRetainersBlob } from '../../src/engine/result/retainers.js';
import { analyse } from '../../src/retainers/analysis.js';
import type { RetainerReport } from '../../src/retainers/report.js';
import { groupText, holdsText, pathText } from '../../src/retainers/words.js';
import { HeapBuilder } from './retainers-support/heap.js';

/** Two phases of calls on a heap: 3 calls, then 6. */
function phases(heap: HeapBuilder, call: (number: number) => void): RetainerReport {
  const before = heap.mark;
  for (let number = 0; number < 3; number += 1) call(number);
  const first = heap.mark;
  for (let number = 3; number < 9; number += 1) call(number);
  return analyse(heap.read(), { before, first, second: heap.mark }, [3, 6]);
}

function told(report: RetainerReport) {
  const blob = toRetainersBlob(1, report, (place) => place);
  const one = (group: (typeof blob.groups)[number], calls: number) =>
    `${groupText(group, calls)} | ${pathText(group.path)}`;
  return {
    each: blob.groups.map((group) => one(group, blob.calls)),
    once: blob.once.map((group) => one(group, 1)),
    resized: blob.resized_bytes,
    engine: blob.engine_bytes,
  };
}

/** A container in a variable of a module, with its table. */
function container(heap: HeapBuilder, kind: string, edge: string) {
  const variables = heap.module('file:///app/cache.mjs');
  const owner = heap.add('object', kind);
  let table = heap.add('array', '');
  heap.link(variables, 'context', 'entries', owner);
  heap.link(owner, 'internal', edge, table);
  return {
    owner,
    put: (node: number) => heap.link(table, 'internal', '7', node),
    /** A larger table in the place of the old one, as containers double. */
    resize(bytes: number) {
      table = heap.add('array', '', bytes);
      heap.link(owner, 'internal', edge, table);
    },
  };
}

describe('objects that each call keeps', () => {
  it('are a group, with the module and the variable, and what they hold', () => {
    const heap = new HeapBuilder();
    const { put } = container(heap, 'Map', 'table');
    const report = phases(heap, () => {
      const session = heap.add('object', 'Session', 40);
      const text = heap.add('string', 'a secret', 100);
      heap.link(session, 'property', 'token', text);
      put(session);
    });
    expect(told(report)).toEqual({
      each: ['1 x Session, 140 B | module cache.mjs var entries -> Map[] -> Session'],
      once: [],
      resized: 0,
      engine: 0,
    });
    expect(holdsText({ ...toRetainersBlob(1, report, (place) => place).groups[0] } as never, 6)).toBe(
      '1 string 100 B, 1 Session 40 B',
    );
    expect(JSON.stringify(report)).not.toContain('secret');
  });
  it('are told by what hangs on something older: a table made anew is no group, and is no doubling', () => {
    const heap = new HeapBuilder();
    const { put, resize } = container(heap, 'Map', 'table');
    const report = phases(heap, (number) => {
      if (number === 5) resize(1000);
      put(heap.add('object', 'Entry', 10));
    });
    const { each, resized } = told(report);
    expect(each).toEqual(['1 x Entry, 10 B | module cache.mjs var entries -> Map[] -> Entry']);
    expect(resized).toBe(1000);
  });
  it('count their native memory, whose numbers are new in each snapshot', () => {
    const heap = new HeapBuilder();
    const { put } = container(heap, 'Array', 'elements');
    const buffers: number[] = [];
    const before = heap.mark;
    const make = () => {
      const buffer = heap.add('object', 'Buffer', 20);
      put(buffer);
      buffers.push(buffer);
    };
    for (let number = 0; number < 3; number += 1) make();
    const first = heap.mark;
    for (let number = 0; number < 6; number += 1) make();
    const second = heap.mark;
    // V8 numbers them when it takes the snapshot.
    for (const buffer of buffers) {
      heap.link(buffer, 'internal', 'backing_store', heap.add('native', 'system / JSArrayBufferData', 4096));
    }
    const report = analyse(heap.read(), { before, first, second }, [3, 6]);
    expect(told(report).each).toEqual([
      '1 x Buffer, 4.02 KiB, 4.00 KiB of it native | module cache.mjs var entries -> Array[] -> Buffer',
    ]);
  });
  it('are one list, whichever way it is linked: the newest alone hangs on something older', () => {
    const heap = new HeapBuilder();
    const variables = heap.module('/app/list.cjs');
    const holder = heap.add('object', 'List');
    heap.link(variables, 'context', 'queue', holder);
    let head: number | undefined;
    const report = phases(heap, () => {
      const item = heap.add('object', 'Item', 30);
      if (head !== undefined) heap.link(item, 'property', 'next', head);
      head = item;
    });
    expect(report.groups).toEqual([]);
    const joined = new HeapBuilder();
    const scope = joined.module('/app/list.cjs');
    const list = joined.add('object', 'List');
    joined.link(scope, 'context', 'queue', list);
    const items: number[] = [];
    const before = joined.mark;
    for (let number = 0; number < 3; number += 1) items.push(joined.add('object', 'Item', 30));
    const first = joined.mark;
    for (let number = 0; number < 6; number += 1) items.push(joined.add('object', 'Item', 30));
    const second = joined.mark;
    items.reduce((older, newer) => {
      joined.link(newer, 'property', 'next', older);
      return newer;
    });
    joined.link(list, 'property', 'head', items.at(-1) as number);
    expect(told(analyse(joined.read(), { before, first, second }, [3, 6])).each).toEqual([
      '1 x Item, 30 B | module list.cjs var queue -> List.head -> Item',
    ]);
  });
  it('are held by the key of a WeakMap, not by its table', () => {
    const heap = new HeapBuilder();
    const { put } = container(heap, 'Array', 'elements');
    const weak = heap.add('object', 'WeakMap');
    const table = heap.add('array', '');
    heap.link(heap.root, 'element', 9, weak);
    heap.link(weak, 'internal', 'table', table);
    const report = phases(heap, () => {
      const key = heap.add('object', 'Key', 10);
      const value = heap.add('object', 'Value', 500);
      put(key);
      const pair = `2 / part of key (Key @${key}) -> value (Value @${value}) pair in WeakMap (table @${table})`;
      heap.link(key, 'internal', pair, value);
      heap.link(table, 'internal', pair, value);
    });
    expect(told(report).each).toEqual(['1 x Key, 510 B | module cache.mjs var entries -> Array[] -> Key']);
  });
  it('are listed by the path of the one who holds both, where two hold them', () => {
    const heap = new HeapBuilder();
    const variables = heap.module('/app/two.mjs');
    const both = ['byName', 'byNumber'].map((name) => {
      const map = heap.add('object', 'Map');
      const table = heap.add('array', '');
      heap.link(variables, 'context', name, map);
      heap.link(map, 'internal', 'table', table);
      return table;
    });
    const report = phases(heap, () => {
      const user = heap.add('object', 'User', 50);
      for (const table of both) heap.link(table, 'internal', '3', user);
    });
    expect(told(report).each).toEqual(['1 x User, 50 B | module two.mjs var byName -> Map[] -> User']);
  });
});

describe('objects that some calls keep', () => {
  it('are kept once where a call makes them whatever the number of calls', () => {
    const heap = new HeapBuilder();
    const { put } = container(heap, 'Map', 'table');
    const report = phases(heap, (number) => {
      if (number === 1 || number === 7) put(heap.add('object', 'Table', 900));
    });
    expect(told(report)).toMatchObject({
      each: [],
      once: ['2 x Table, 1.76 KiB | module cache.mjs var entries -> Map[] -> Table'],
    });
  });
  it('are no leak where the second phase replaced those of the first', () => {
    const heap = new HeapBuilder();
    const { put } = container(heap, 'Map', 'table');
    const before = heap.mark;
    const first = heap.mark + 20;
    for (let number = 0; number < 10; number += 1) heap.add('object', 'Gone', 10);
    for (let number = 0; number < 6; number += 1) put(heap.add('object', 'Recent', 10));
    const report = analyse(heap.read(), { before, first, second: heap.mark }, [3, 6]);
    expect(told(report)).toMatchObject({ each: [], once: [expect.stringContaining('6 x Recent')] });
  });
  it("are nobody's where they were made after the second phase: they are ours", () => {
    const heap = new HeapBuilder();
    const { put } = container(heap, 'Map', 'table');
    const report = phases(heap, () => {});
    expect(told(report)).toEqual({ each: [], once: [], resized: 0, engine: 0 });
    const before = heap.mark;
    put(heap.add('object', 'Ours', 10));
    expect(told(analyse(heap.read(), { before, first: before, second: before }, [3, 6])).each).toEqual([]);
  });
});

describe('code, feedback and shapes', () => {
  it("are V8's own, and so are the names and constants that hang on them", () => {
    const heap = new HeapBuilder();
    const variables = heap.module('/app/code.mjs');
    const run = heap.add('closure', 'run');
    const shared = heap.add('code', 'run');
    heap.link(variables, 'context', 'run', run);
    heap.link(run, 'internal', 'shared', shared);
    const report = phases(heap, () => {
      const bytecode = heap.add('code', 'system / BytecodeArray', 300);
      heap.link(shared, 'internal', 'function_data', bytecode);
      heap.link(shared, 'internal', 'name', heap.add('string', 'constant', 24));
    });
    expect(told(report)).toMatchObject({ each: [], once: [], engine: 9 * 324 });
  });
});

describe('a path', () => {
  const kept = (link: (heap: HeapBuilder, object: number) => void): string => {
    const heap = new HeapBuilder();
    const report = phases(heap, () => link(heap, heap.add('object', 'Kept', 10)));
    return told(report)
      .each.join('\n')
      .replace(/^[^|]*\| /, '');
  };
  it('names an exported variable by its name in the module', () => {
    const heap = new HeapBuilder();
    const module = heap.add('hidden', 'system / SourceTextModule');
    const list = heap.add('array', '');
    const cell = heap.add('hidden', 'system / Cell');
    const exported = heap.add('array', '');
    const map = heap.add('object', 'Map');
    heap.link(heap.root, 'element', 1, module);
    heap.link(module, 'hidden', 0, exported);
    heap.link(module, 'hidden', 5, list);
    heap.link(exported, 'internal', '3', heap.add('string', 'entries'));
    heap.link(exported, 'internal', '4', cell);
    heap.link(list, 'internal', '0', cell);
    heap.link(cell, 'internal', 'value', map);
    const report = phases(heap, () => heap.link(map, 'internal', 'table', heap.add('object', 'Kept', 10)));
    expect(told(report).each).toEqual(['1 x Kept, 10 B | a module var entries -> Map -> Kept']);
  });
  it('folds the keys of a crowded object, because keys are data', () => {
    const few = new HeapBuilder();
    const owner = few.add('object', 'Object');
    few.link(few.module('/app/a.mjs'), 'context', 'users', owner);
    for (let key = 0; key < 50; key += 1)
      few.link(owner, 'property', `secret${key}`, few.add('object', 'Old'));
    const report = phases(few, (number) =>
      few.link(owner, 'property', `secret${number + 100}`, few.add('object', 'User')),
    );
    expect(told(report).each).toEqual(['1 x User, 10 B | module a.mjs var users -> Object[*] -> User']);
  });
  it('folds the keys of a dictionary, and keys that are no names, however few there are', () => {
    const heap = new HeapBuilder();
    const variables = heap.module('/app/a.mjs');
    const dictionary = heap.add('object', 'Object');
    const table = heap.add('array', '(object properties)');
    heap.link(variables, 'context', 'byToken', dictionary);
    heap.link(dictionary, 'internal', 'properties', table);
    const plain = heap.add('object', 'Object');
    heap.link(variables, 'context', 'byPath', plain);
    const report = phases(heap, () => {
      const one = heap.add('object', 'One', 10);
      heap.link(dictionary, 'property', 'token', one);
      const two = heap.add('object', 'Two', 20);
      heap.link(plain, 'property', '/home/secret', two);
    });
    expect(told(report).each).toEqual([
      '1 x Two, 20 B | module a.mjs var byPath -> Object[*] -> Two',
      '1 x One, 10 B | module a.mjs var byToken -> Object[*] -> One',
    ]);
  });
  it.each([
    ['(Global handles)', 'native code (a reference of an addon, or of node itself) -> Kept'],
    ['(Stack roots)', 'a function that runs -> Kept'],
    ['Node / Environment', 'Node / Environment -> Kept'],
  ])('begins at %s as a person calls it', (root, path) => {
    expect(
      kept((heap, object) => {
        const category = heap.add('synthetic', root);
        heap.link(heap.root, 'element', 2, category);
        heap.link(category, 'hidden', 1, object);
      }).split('\n')[0],
    ).toContain(path.replace(' -> Kept', ''));
  });
  it('goes by a variable, not by a function that runs just now', () => {
    const heap = new HeapBuilder();
    const variables = heap.module('/app/a.mjs');
    const list = heap.add('object', 'Array');
    const stack = heap.add('synthetic', '(Stack roots)');
    heap.link(heap.root, 'element', 2, stack);
    heap.link(variables, 'context', 'kept', list);
    const report = phases(heap, () => {
      const object = heap.add('object', 'Kept', 10);
      heap.link(list, 'element', 3, object);
      heap.link(stack, 'element', 1, object);
    });
    expect(told(report).each).toEqual(['1 x Kept, 10 B | module a.mjs var kept -> Array[] -> Kept']);
  });
  it('begins at the arguments of the action where those hold it', () => {
    const heap = new HeapBuilder();
    const held = heap.add('object', 'BenchmemArguments');
    const list = heap.add('object', 'Array');
    const state = heap.add('object', 'State');
    heap.link(heap.root, 'element', 1, held);
    heap.link(held, 'property', 'values', list);
    heap.link(list, 'element', 0, state);
    const report = phases(heap, () => heap.link(state, 'property', 'rows', heap.add('object', 'Row', 10)));
    expect(told(report).each).toEqual(['1 x Row, 10 B | the arguments of the action[] -> State.rows -> Row']);
  });
  it('names functions with their file and line', () => {
    const heap = new HeapBuilder();
    const bus = heap.add('object', 'Array');
    heap.link(heap.module('/app/bus.mjs'), 'context', 'listeners', bus);
    const script = heap.add('code', 'file:///app/client.ts');
    const shared = heap.add('code', 'onMessage');
    heap.link(shared, 'internal', 'script', script);
    const report = phases(heap, () => {
      const listener = heap.add('closure', 'onMessage', 64, [11, 3]);
      heap.link(listener, 'internal', 'shared', shared);
      heap.link(bus, 'element', 1, listener);
    });
    expect(told(report).each).toEqual([
      '1 x function onMessage, 64 B | module bus.mjs var listeners -> Array[] -> function onMessage (client.ts:12)',
    ]);
  });
});
