const assert = require('node:assert');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Queue } = require('../lib/queue.js');

describe('a queue', () => {
  let folder;
  let queue;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'queue-'));
    queue = new Queue(join(folder, 'jobs'));
  });

  afterEach(async () => {
    await queue.close();
    rmSync(folder, { recursive: true });
  });

  it('gives jobs in their order', async () => {
    await queue.push({ id: 'a' });
    await queue.push({ id: 'b' });
    assert.deepStrictEqual([await queue.take(), await queue.take()], [{ id: 'a' }, { id: 'b' }]);
  });

  it('is empty in the end', async function () {
    this.timeout(5000);
    assert.strictEqual(await queue.take(), undefined);
    assert.strictEqual(this.test.title, 'is empty in the end');
  });

  it('keeps large jobs', async () => {
    const bytes = Buffer.alloc(200_000, 7);
    await queue.push({ bytes });
    const { bytes: kept } = await queue.take();
    assert.ok(bytes.equals(kept));
  });

  it('outlives its process', async () => {
    await queue.push({ id: 'a' });
    await queue.close();
    queue = new Queue(join(folder, 'jobs'));
    assert.strictEqual(queue.length, 1);
    assert.strictEqual(await queue.push({ id: 'b' }), 2);
  });

  it('calls back', (done) => {
    queue.push({ id: 'a' }).then((key) => {
      assert.strictEqual(key, 1);
      done();
    }, done);
  });

  for (const count of [1, 10, 100]) {
    it(`takes ${count} jobs`, async () => {
      await Promise.all(Array.from({ length: count }, (_, id) => queue.push({ id })));
      assert.strictEqual(queue.length, count);
    });
  }

  let tries = 0;
  it('is tried again', function () {
    this.retries(2);
    tries += 1;
    assert.strictEqual(tries, 2);
  });

  it('is left out while it runs', function () {
    this.skip();
  });

  it.skip('is for later', () => {
    throw new Error('not yet');
  });

  it('has a wish');
});
