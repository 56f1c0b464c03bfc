// The opt-in passes without children: the arithmetic of the census, and what is made of children's answers.
import { writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ExtraRequest,
  measureObjects,
  measureRss,
  measureSites,
  type RunExtra,
} from '../../src/engine/child/parent/extra-children.js';
import type { ExtraResult } from '../../src/engine/child/protocol.js';
import { countObjects } from '../../src/engine/result/census.js';

const types = [
  'JS_OBJECT_TYPE',
  'JS_FUNCTION_TYPE',
  'JS_UNCOMPILED_FUNCTION_TYPE',
  'JS_CLASS_CONSTRUCTOR_TYPE',
  'JS_ASYNC_FUNCTION_OBJECT_TYPE',
  'JS_OBJECT_BOILERPLATE_TYPE',
  'JS_COLLECTION_TABLE_TYPE',
  'OTHER_CONTEXT_TYPE',
];
type Counts = Readonly<Record<string, number>>;

const line = (id: number, key: 'live' | 'dead', type: string, count: number, isolate: string) =>
  `{ "isolate": "${isolate}", "id": ${id}, "key": "${key}", "type": "instance_type_data", "instance_type": 7, ` +
  `"instance_type_name": "${type}", "overall": ${count * 10}, "count": ${count}, "over_allocated": 0, ` +
  `"histogram": [ 0, ${count}, 0 ],"over_allocated_histogram": [ 0, ${count}, 0 ] }\n`;

const collection = (id: number, live: Counts, dead: Counts, isolate = '0xa') =>
  Object.entries({ live, dead })
    .flatMap(([key, counts]) => [
      `{ "isolate": "${isolate}", "id": ${id}, "key": "${key}", "type": "gc_descriptor", "time": 1.5 }\n`,
      ...types.map((type) => line(id, key as 'live' | 'dead', type, counts[type] ?? 0, isolate)),
    ])
    .join('');

const second = collection(2, { JS_OBJECT_TYPE: 100, JS_FUNCTION_TYPE: 10 }, { JS_OBJECT_TYPE: 50 });
const third = collection(
  3,
  {
    JS_OBJECT_TYPE: 103,
    JS_FUNCTION_TYPE: 8,
    JS_UNCOMPILED_FUNCTION_TYPE: 6,
    OTHER_CONTEXT_TYPE: 500,
    JS_OBJECT_BOILERPLATE_TYPE: 5,
    JS_COLLECTION_TABLE_TYPE: 5,
  },
  { JS_OBJECT_TYPE: 40 },
);
const census = [
  collection(1, { JS_OBJECT_TYPE: 900 }, {}),
  second,
  'what the program prints\n',
  collection(9, { JS_OBJECT_TYPE: 70 }, {}, '0xb'),
  third,
  collection(
    4,
    {
      JS_OBJECT_TYPE: 103,
      JS_CLASS_CONSTRUCTOR_TYPE: 14,
      OTHER_CONTEXT_TYPE: 500,
      JS_OBJECT_BOILERPLATE_TYPE: 5,
      JS_COLLECTION_TABLE_TYPE: 5,
    },
    { JS_ASYNC_FUNCTION_OBJECT_TYPE: 2 },
  ),
].join('');

describe('a census', () => {
  it('counts what came between its collections, in the main isolate', () => {
    expect(countObjects(census, 3)).toEqual({
      objects: 43 + 4 + 2,
      kinds: [
        { kind: 'Object', objects: 43, bytes: 430 },
        { kind: 'Function', objects: 4, bytes: 40 },
        { kind: 'AsyncFunctionObject', objects: 2, bytes: 20 },
      ],
      allHeapBytes: 430 + 40 + 20 + 5000 + 50 + 50,
    });
    expect(countObjects(census, 2)?.objects).toBe(2);
  });

  it('that is not whole counts nothing', () => {
    expect([countObjects(census, 5), countObjects(census, 1), countObjects('', 2)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  const other = collection(9, { JS_OBJECT_TYPE: 70 }, {}, '0xb');
  const head = '{ "isolate": "0xa", "id": 3, "key": "live", ';
  const rest = other.split('\n')[1]?.slice(head.length) ?? '';
  const first = third.split('\n')[1] ?? '';
  it.each([
    ['a line that is missing', third.replace(`${first}\n`, '')],
    ['a line that comes twice', `${third}${first}\n`],
    ['a line that the program cut', third.replace('"overall": 1030', '"overall": 10hello\n30')],
    ['a digit more', third.replace('"count": 103', '"count": 1103')],
    [
      'another id',
      third.replace('"id": 3, "key": "live", "type": "inst', '"id": 33, "key": "live", "type": "inst'),
    ],
    ['another type', third.replace('JS_OBJECT_TYPE', 'JS_OBJECT_TYPO')],
    ['text before a line', third.replace(first, `hello${first}`)],
    ['two lines in one', third.replace(`${first}\n`, `${first}${other.split('\n')[1]}\n`)],
    [
      'the numbers of another isolate',
      `${third.replace(first, `${head}${rest}`)}${first.slice(head.length)}\n`,
    ],
    ['a collection that is missing', ''],
  ])('with %s counts nothing', (_case, broken) => {
    expect(countObjects(census.replace(third, broken), 2)).toBeUndefined();
  });
});

const request = { onProgress: undefined } as unknown as ExtraRequest;
const answering = (result: Omit<ExtraResult, 'benchmem'>, text = '') => {
  return async ({ stdout = -1 }: { stdout?: number }) => {
    if (text !== '') writeSync(stdout, text);
    return { result: { benchmem: 'result' as const, ...result } };
  };
};

describe('the pass of', () => {
  it('rss takes one child per pass', async () => {
    expect(await measureRss(answering({ rssBytes: 5 }), request, 3)).toEqual({
      series: [5, 5, 5],
      warnings: [],
    });
  });

  it('rss is absent where the system hides it, and says so', async () => {
    const figures = await measureRss(answering({ refusal: 'EACCES: permission denied' }), request, 3);
    expect(figures.series).toBeUndefined();
    expect(figures.warnings).toMatchObject([
      { code: 'RSS_HIDDEN', message: expect.stringMatching(/EACCES/) },
    ]);
  });

  it('objects reads the census that its child leaves', async () => {
    const run = answering({ collections: 3, onlyFull: true }, census);
    expect((await measureObjects(run, request)).objects).toBe(49);
  });

  it('sites samples less often where much is allocated', async () => {
    const intervals: (number | undefined)[] = [];
    const sites = { interval_bytes: 1, total_bytes: 0, sites: [] };
    const run: RunExtra = async ({ plan }) => {
      intervals.push(plan.intervalBytes);
      return { result: { benchmem: 'result', sites } };
    };
    for (const bytes of [0, 2 ** 24, 2 ** 24 + 1, 5e9]) {
      expect(await measureSites(run, request, bytes)).toEqual({ found: sites, warnings: [] });
    }
    expect(intervals).toEqual([1, 1, 34, 10_000]);
  });

  it('sites is absent where there is no inspector, and says so', async () => {
    const figures = await measureSites(answering({ refusal: 'no inspector' }), request, 0);
    expect(figures.found).toBeUndefined();
    expect(figures.warnings).toMatchObject([
      { code: 'SITES_HIDDEN', message: expect.stringMatching(/no inspector/) },
    ]);
  });

  it.each([
    ['a collection that is missing', { collections: 9, onlyFull: true }],
    ['a collection without a census', { collections: 3, onlyFull: false }],
  ])('objects fails for %s', async (_case, result) => {
    await expect(measureObjects(answering(result, census), request)).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
    });
  });
});
