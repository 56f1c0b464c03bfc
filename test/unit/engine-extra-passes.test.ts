// The opt-in passes without children: the arithmetic of the census, and what is made of children's answers.
import { writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ExtraRequest, measureObjects, measureRss } from '../../src/engine/extra-children.js';
import { countObjects, type ExtraResult } from '../../src/engine/extra-pass.js';

const line = (id: number, key: 'live' | 'dead', type: string, count: number, isolate = '0xa') =>
  `{ "isolate": "${isolate}", "id": ${id}, "key": "${key}", "type": "instance_type_data", "instance_type": 7, ` +
  `"instance_type_name": "${type}", "overall": ${count * 10}, "count": ${count}, "over_allocated": 0 }\n`;

const census = [
  line(1, 'live', 'JS_OBJECT_TYPE', 900),
  line(2, 'live', 'JS_OBJECT_TYPE', 100),
  line(2, 'dead', 'JS_OBJECT_TYPE', 50),
  'what the program prints\n',
  line(2, 'live', 'JS_FUNCTION_TYPE', 10),
  line(3, 'live', 'JS_OBJECT_TYPE', 70, '0xb'),
  line(3, 'live', 'JS_OBJECT_TYPE', 103),
  line(3, 'dead', 'JS_OBJECT_TYPE', 40),
  line(3, 'live', 'JS_FUNCTION_TYPE', 8),
  line(3, 'live', 'JS_UNCOMPILED_FUNCTION_TYPE', 6),
  line(3, 'live', 'OTHER_CONTEXT_TYPE', 500),
  line(3, 'live', 'JS_OBJECT_BOILERPLATE_TYPE', 5),
  line(3, 'live', 'JS_COLLECTION_TABLE_TYPE', 5),
  line(4, 'live', 'JS_OBJECT_TYPE', 103),
  line(4, 'live', 'JS_CLASS_CONSTRUCTOR_TYPE', 14),
  line(4, 'dead', 'JS_ASYNC_FUNCTION_OBJECT_TYPE', 2),
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

  it.each([
    ['a collection that is missing', { collections: 9, onlyFull: true }],
    ['a collection without a census', { collections: 3, onlyFull: false }],
  ])('objects fails for %s', async (_case, result) => {
    await expect(measureObjects(answering(result, census), request)).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
    });
  });
});
