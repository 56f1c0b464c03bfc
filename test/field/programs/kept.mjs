// Functions that keep something with each call, each in its own way: what holds it is known.
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

let count = 0;

class Entry {
  constructor(number) {
    this.number = number;
    this.text = `entry ${Math.sqrt(number + 2)}`;
  }
}

const log = [];
export function list() {
  for (let index = 0; index < 200; index += 1) log.push(new Entry(count++));
}

export const entries = new Map();
export function exportedMap() {
  for (let index = 0; index < 100; index += 1)
    entries.set(`secret-key-${count++}`, { body: Buffer.alloc(16_384, 1) });
}

const bus = new EventEmitter().setMaxListeners(0);
export function listeners() {
  for (let index = 0; index < 50; index += 1) {
    const rows = new Array(500).fill(count++);
    bus.on('message', function onMessage() {
      return rows.length;
    });
  }
}

export function timers() {
  for (let index = 0; index < 50; index += 1) {
    const state = new Array(300).fill(count++);
    setInterval(function poll() {
      return state;
    }, 1e6).unref();
  }
}

const waiting = [];
export function promises() {
  for (let index = 0; index < 50; index += 1) {
    const rows = new Array(300).fill(count++);
    const settled = new Promise((resolve) => waiting.push(resolve));
    (async function handle() {
      await settled;
      return rows;
    })();
  }
}

const slices = [];
export function bufferSlices() {
  for (let index = 0; index < 20; index += 1)
    slices.push(Buffer.allocUnsafeSlow(200_000).fill(1).subarray(0, 16));
}

const memories = [];
export function webAssembly() {
  memories.push(new WebAssembly.Memory({ initial: 4 }));
}

const registry = new FinalizationRegistry(() => {});
export function finalization() {
  for (let index = 0; index < 50; index += 1)
    registry.register(globalThis, { held: new Array(100).fill(count++) });
}

const metadata = new WeakMap();
const keys = [];
export function weakMap() {
  for (let index = 0; index < 50; index += 1) {
    const key = { key: count++ };
    keys.push(key);
    metadata.set(key, new Array(200).fill(count));
  }
}

let head;
export function linkedList() {
  for (let index = 0; index < 2000; index += 1) head = { next: head, value: count++ + 0.5 };
  return head;
}

const dictionary = {};
export function dictionaryOf() {
  for (let index = 0; index < 100; index += 1) dictionary[`secret-key-${count++}`] = new Entry(count);
}

const recent = new Map();
export function cache() {
  for (let index = 0; index < 100; index += 1) {
    recent.set(count, new Entry(count));
    if (recent.size > 50) recent.delete(recent.keys().next().value);
    count += 1;
  }
}

let calls = 0;
const lazy = new Map();
export function once() {
  calls += 1;
  if (calls % 5 === 0 && lazy.size === 0)
    lazy.set(
      'table',
      Array.from({ length: 5000 }, (_, index) => ({ index })),
    );
  log.push({ rows: new Array(100).fill(calls) });
}

const storage = new AsyncLocalStorage();
const queue = [];
export async function asyncContexts() {
  for (let index = 0; index < 50; index += 1) {
    await storage.run({ request: count++, body: new Array(1000).fill(index) }, async () => {
      queue.push(new Promise(() => {}).then(function after() {}));
      await null;
    });
  }
}

const words = new Set();
export function slicedStrings() {
  for (let index = 0; index < 50; index += 1) {
    const text = `word ${count++} `.repeat(2000);
    words.add(JSON.parse(JSON.stringify({ text })).text.slice(10, 60));
  }
}

const handlers = [];
export function closures() {
  for (let index = 0; index < 20; index += 1) {
    const rows = new Array(5000).fill(count++);
    function size() {
      return rows.length;
    }
    void size;
    // It needs nothing of the rows, and keeps them: both functions have the same variables.
    handlers.push(function handle() {
      return 1;
    });
  }
}

class Connection extends EventEmitter {}
const connections = new Set();
export function instances() {
  for (let index = 0; index < 50; index += 1) {
    const connection = new Connection();
    connection.on('data', function onData(data) {
      connection.last = data;
    });
    connection.body = Buffer.alloc(8192, count++);
    connections.add(connection);
  }
}

const shutdown = new AbortController();
export function signals() {
  for (let index = 0; index < 50; index += 1) {
    const signal = AbortSignal.any([shutdown.signal, new AbortController().signal]);
    signal.addEventListener('abort', () => signal.reason);
  }
}

export function ports() {
  for (let index = 0; index < 20; index += 1) {
    const { port1 } = new MessageChannel();
    port1.onmessage = () => count;
    port1.unref();
  }
}

const { login } = createRequire(import.meta.url)('./kept-sessions.cjs');

export { login };

export function nothing() {
  return new Array(1000).fill(count++).length;
}
