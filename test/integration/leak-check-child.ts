// The measured process of leak-check.test.ts: one body after the other is checked for leaks. Prints one line of JSON.
import { createRequire } from 'node:module';

// Node's types do not know it.
declare const WebAssembly: { readonly Memory: new (size: { readonly initial: number }) => object };

type FindLeak = typeof import('../../src/engine/leaks/find-leak.js');

export interface LeakPlan {
  /** The built engine/leaks/find-leak.js. */
  readonly findLeak: string;
  /** Of test/addons/leaks. */
  readonly addon: string;
  readonly bodies: readonly BodyName[];
}

interface Addon {
  decode(): void;
  lose(bytes: number): void;
}

const plan = JSON.parse(process.argv[2] ?? '{}') as LeakPlan;
const { findLeak, findLeakNow } = (await import(plan.findLeak)) as FindLeak;
const { decode, lose } = createRequire(import.meta.url)(plan.addon) as Addon;

const kept: unknown[] = [];
const cache = new Map<number, string>();
const full = new Map<number, Buffer>();
for (let entry = 0; entry < 5000; entry += 1) full.set(entry, Buffer.allocUnsafeSlow(100));
let calls = 0;

function cached(entries: number): void {
  calls += 1;
  cache.set(calls % entries, `${calls} ${'x'.repeat(200)}`);
}

const bodies = {
  empty() {},
  async emptyPromise() {
    await null;
  },
  native16: () => lose(16),
  native100: () => lose(100),
  async nativeLater() {
    await null;
    lose(100);
  },
  objects: () => kept.push({ a: 1, b: 2, c: [1, 2, 3, 4] }),
  wasmMemories: () => kept.push(new WebAssembly.Memory({ initial: 1 })),
  buffersDropped() {
    for (let each = 0; each < 20; each += 1) Buffer.alloc(10_000);
  },
  /** Documented as not found: it does not grow in each round. */
  oneCallIn200() {
    calls += 1;
    if (calls % 200 === 0) lose(20_000);
  },
  /** Documented as found: nothing tells a cache of more entries than calls from a leak. */
  cacheOf5000: () => cached(5000),
  cacheOf100: () => cached(100),
  /** Full before the check: each call frees what is older than its window. */
  fullCache() {
    calls += 1;
    full.set(calls % 5000, Buffer.allocUnsafeSlow(100));
  },
  fullCacheThatLeaks() {
    bodies.fullCache();
    lose(500);
  },
};

export type BodyName = keyof typeof bodies;

const told = ({ code, message }: Error & { code?: string }) => ({ code, message });
const reports: Record<string, unknown> = {};
for (const name of plan.bodies) reports[name] = await findLeak(bodies[name]);

const own = new Error('of the body');
const alive = setInterval(() => {}, 1000);

/**
 * Keeps five objects of 40 bytes more in each call, or none, beside 30 KB that are there after one round of four: both
 * much more than what V8 adds meanwhile in a young process, up to 24 bytes per call.
 */
function restless(roundCalls: number, keeps: boolean): () => void {
  let last: object | undefined;
  let block: number[] = [];
  let made = 0;
  return () => {
    made += 1;
    for (let object = 0; keeps && object < 5; object += 1) last = { last, made };
    if (made % roundCalls === 0) block = (made / roundCalls) % 4 === 0 ? new Array(3750).fill(made) : [];
    if (block.length === 1) last = undefined;
  };
}

const answer = {
  reports,
  restless: {
    leaks: await findLeak(restless(100, true), { calls: 100 }),
    clean: await findLeak(restless(100, false), { calls: 100 }),
    fewCalls: await findLeak(restless(30, true)),
  },
  filtered: await findLeak(bodies.native100, {
    filter: ({ stack }) => !stack.some(({ name }) => name.includes('lose')),
  }),
  others: await findLeak(
    () => {
      decode();
      lose(16);
    },
    { filter: ({ stack }) => !stack.some(({ name }) => name.includes('decode')) },
  ),
  atOnce: findLeakNow(bodies.native16),
  promiseAtOnce: await Promise.resolve()
    .then(() => findLeakNow(bodies.emptyPromise))
    .catch(told),
  aborted: await findLeak(() => new Promise(() => {}), { signal: AbortSignal.timeout(20) }).catch(told),
  tooLong: await findLeak(() => new Promise((resolve) => setTimeout(resolve, 2)), { maxTimeMs: 20 }).catch(
    told,
  ),
  isOwnError: await findLeak(() => Promise.reject(own)).catch((error) => error === own),
  // Whatever failed before gave the process back.
  afterwards: await findLeak(bodies.native100, { calls: 10 }),
};
clearInterval(alive);
console.log(JSON.stringify(answer));
