import assert from 'node:assert';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, it, test } from 'node:test';
import { pack, packTo, unpack } from '../lib/pack.js';

const all = async (lines) => {
  const found = [];
  for await (const line of lines) found.push(line);
  return found;
};

describe('packed lines', () => {
  let lines;
  beforeEach(() => {
    lines = Array.from({ length: 2000 }, (_, at) => `line ${at % 7}`);
  });

  it('are unpacked as they were', async () => {
    assert.deepStrictEqual(await all(unpack(pack(lines))), lines);
  });

  it('are smaller', () => {
    assert.ok(pack(lines).length < lines.join('\n').length / 10);
  });

  it('may be packed one by one', async () => {
    const target = new PassThrough();
    const chunks = all(target);
    await packTo(lines, target);
    assert.deepStrictEqual(await all(unpack(Buffer.concat(await chunks))), lines);
  });

  it('are not found in what is not a block', async () => {
    await assert.rejects(all(unpack(Buffer.from('text'))), { code: 'Z_DATA_ERROR' });
  });
});

test('blocks of several sizes', async (t) => {
  for (const count of [1, 10, 1000]) {
    await t.test(`${count} lines`, async () => {
      const found = await all(unpack(pack(Array.from({ length: count }, () => 'x'))));
      assert.strictEqual(found.length, count);
    });
  }
});

test('calls back', (_t, done) => {
  setTimeout(() => {
    assert.ok(pack(['a']).length > 0);
    done();
  }, 5);
});

describe('side by side', { concurrency: true }, () => {
  for (const name of ['a', 'b', 'c']) {
    it(`packs ${name}`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepStrictEqual(await all(unpack(pack([name]))), [name]);
    });
  }
});

test('is for later', { skip: true }, () => {
  throw new Error('not yet');
});

test('has a wish', { todo: 'a header with the count' }, () => {
  assert.ok(true);
});
