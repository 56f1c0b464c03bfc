// Every way to fail, and one benchmark that does not, last: the run goes on.
import { createRequire } from 'node:module';
import { bench } from 'benchmem';

bench('throws', () => {
  console.error('about to throw');
  throw new Error('boom');
});
bench('exits', () => {
  console.log('about to exit');
  process.exit(3);
});
bench('loops', { timeoutMs: 4000 }, () => {
  for (;;);
});
bench('crashes', () => {
  createRequire(import.meta.url)('../../../build/test-addons/crash.node').crash();
});
bench('never settles', () => new Promise(() => {}));
bench('setup throws', { setup: () => Promise.reject(new Error('no input')) }, () => {});
bench('teardown throws', { teardown: () => Promise.reject(new Error('no output')) }, () => {});
bench('too much', { maxPeak: '1KiB', setup: () => 10 }, (count) => Buffer.alloc(count * 1000));
