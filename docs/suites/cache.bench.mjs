// The sweep of the documentation: what an empty cache costs in each version of lru-cache.
import { bench } from 'benchmem';
import * as lru from 'lru-cache';

const LRUCache = lru.LRUCache ?? lru.default;

bench('create', () => new LRUCache({ max: 1e6 }));
bench('fill', () => {
  const cache = new LRUCache({ max: 1e6 });
  for (let key = 0; key < 10_000; key += 1) cache.set(key, key);
  return cache;
});
