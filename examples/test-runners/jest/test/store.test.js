const { Store } = require('../lib/store.js');

const count = (state, { by }) => state + by;
let store;

beforeEach(() => {
  store = new Store(count, 0);
});

describe('a store', () => {
  test('adds up what it is sent', () => {
    expect.assertions(2);
    expect(store.send({ by: 2 })).toBe(2);
    expect(store.send({ by: 3 })).toBe(5);
  });

  test('tells listeners until they go', () => {
    const listener = jest.fn();
    const stop = store.listen(listener);
    store.send({ by: 1 });
    stop();
    store.send({ by: 1 });
    expect(listener.mock.calls).toEqual([[1, { by: 1 }]]);
  });

  test('says when a state fits', async () => {
    const five = store.until((state) => state >= 5);
    for (let step = 0; step < 6; step += 1) store.send({ by: 1 });
    await expect(five).resolves.toBe(5);
    expect(store.listeners.size).toBe(0);
  });

  test('calls back', (done) => {
    store.listen((state) => {
      expect(state).toBe(1);
      done();
    });
    setTimeout(() => store.send({ by: 1 }), 5);
  });

  test.each([
    [1, 1],
    [10, 55],
  ])('of the numbers to %i is %i', (last, sum) => {
    for (let by = 1; by <= last; by += 1) store.send({ by });
    expect(store.state).toBe(sum);
  });

  test('takes what a generator yields', function* () {
    const state = yield Promise.resolve(store.send({ by: 4 }));
    expect(state).toBe(4);
  });
});

test('looks as it did', () => {
  expect({ state: store.state, listeners: [...store.listeners] }).toMatchInlineSnapshot(`
{
  "listeners": [],
  "state": 0,
}
`);
});

test.failing('is no array', () => {
  expect(store).toHaveLength(0);
});

test.concurrent('runs beside another one', async () => {
  const own = new Store((list, { item }) => [...list, item], []);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(own.send({ item: Buffer.alloc(10_000) })).toHaveLength(1);
});

test.concurrent('which runs beside it', async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(new Store(count, 1).send({ by: 1 })).toBe(2);
});

test.skip('is for later', () => {
  throw new Error('not yet');
});

test.todo('forgets its history');
