// Programs whose memory has a cause that hides: node --expose-gc causes.cjs KIND [ADDON]. Each ticks for so long.
const { copyFileSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Worker } = require('node:worker_threads');
const [kind, addon] = process.argv.slice(2);
const ticksOf = { 'worker churn': 40, 'a worker keeps': 60 };
const lastTick = ticksOf[kind] ?? 100;
const kept = [];
let tick = 0;
let memory;
let worker;
let isReady = false;
const rows = (count) => Array.from({ length: count }, (_, id) => ({ id, tick }));
const kinds = {
  'buffers and wasm': () => {
    kept.push(Buffer.alloc(300_000, 1));
    memory ??= new WebAssembly.Memory({ initial: 1, maximum: 5000 });
    const before = memory.grow(4) * 65536;
    new Uint8Array(memory.buffer).fill(1, before);
  },
  'starts late': () => {
    rows(20_000);
    if (tick > 60) kept.push(rows(10_000));
  },
  'late cache': () => {
    rows(5000);
    if (tick > 55 && tick <= 75) kept.push(rows(15_000));
  },
  'external strings': () => {
    if (tick % 2 === 0) kept.push(Buffer.alloc(1_200_000, `${tick}`.padEnd(7)).toString('latin1'));
  },
  'wasm grows': () => {
    memory ??= new WebAssembly.Memory({ initial: 1, maximum: 5000 });
    const before = memory.grow(8) * 65536;
    new Uint8Array(memory.buffer).fill(1, before);
  },
  'worker churn': () => {
    new Worker('globalThis.rows = Array.from({ length: 30_000 }, (_, id) => ({ id }))', { eval: true });
  },
  'a worker keeps': () => {
    if (worker === undefined) {
      worker = new Worker(
        `const kept = [];
        require('node:worker_threads').parentPort.on('message', (tick) =>
          kept.push(Array.from({ length: 5000 }, (_, id) => ({ id, tick }))));`,
        { eval: true },
      ).once('online', () => {
        isReady = true;
      });
    }
    if (!isReady) tick = 1; // WHY: on a busy machine a thread takes seconds to start
    worker.postMessage(tick);
    if (tick === lastTick) worker.terminate();
  },
  'addon among garbage': () => {
    rows(30_000);
    Buffer.alloc(1_000_000, 1);
    require(addon).keep(300_000);
  },
  'mapped files': () => {
    for (let each = 0; each < 3; each += 1) {
      const copy = join(folder, `${tick}-${each}.node`);
      copyFileSync(addon, copy);
      process.dlopen({ exports: {} }, copy);
    }
  },
  sawtooth: () => {
    if (tick % 12 === 0) kept.length = 0;
    else kept.push(rows(20_000));
  },
  'sawtooth that rises': () => {
    if (tick % 12 === 0) kept.splice(0, 8);
    else kept.push(rows(8000));
  },
  'released at the end': () => {
    if (tick < 85) kept.push(rows(10_000));
    else kept.length = 0;
    if (tick % 5 === 0) globalThis.gc();
  },
  'addon releases at the end': () => {
    if (tick < 85) require(addon).keep(400_000);
    else require(addon).releaseKept();
  },
  'below 2 MiB': () => kept.push(rows(200)),
  short: () => {
    kept.push(Buffer.alloc(2_000_000, 1));
    if (tick === 2) tick = lastTick;
  },
  'shared memory': () => kept.push(new Uint8Array(new SharedArrayBuffer(500_000)).fill(1)),
  'resizable buffers': () => {
    memory ??= new ArrayBuffer(0, { maxByteLength: 200e6 });
    memory.resize(memory.byteLength + 500_000);
    new Uint8Array(memory).fill(1, -500_000);
  },
  'zlib streams': () => {
    for (let each = 0; each < 3; each += 1) kept.push(require('node:zlib').createDeflate());
  },
  'in bursts': () => {
    if (tick % 10 < 3) kept.push(rows(10_000));
  },
  'ever faster': () => kept.push(rows(tick * 150)),
  'numbers in an array': () => {
    for (let each = 0; each < 60_000; each += 1) kept.push(tick);
  },
  'in a busy loop': () => {
    const end = Date.now() + 45;
    while (Date.now() < end)
      kept.push(
        rows(100)
          .map(({ id }) => ({ id }))
          .slice(0, 20),
      );
  },
  'one piece of work': () => {
    // WHY: its work decides and not the clock, because it then keeps as much on a machine that is busy.
    for (let slice = 0; slice < 1500; slice += 1) {
      const next = process.cpuUsage().user + 1500;
      kept.push(rows(300));
      while (process.cpuUsage().user < next);
    }
    tick = lastTick;
  },
  'code kept': () => {
    for (let each = 0; each < 40; each += 1) {
      const body = Array.from({ length: 60 }, (_, at) => `x = x * ${at} + ${tick * 40 + each};`).join('');
      const made = new Function('x', `${body} return x;`);
      made(1);
      kept.push(made);
    }
  },
  mappings: () => require(addon).keepMapped(400_000),
  // Each job begins when the one before has ended.
  'jobs that map': async () => {
    clearInterval(timer);
    for (let job = 0; job < 50; job += 1) await require(addon).mapOnPool(2 << 20);
  },
  'one job that maps': async () => {
    clearInterval(timer);
    await require(addon).mapOnPool(120 << 20);
  },
  fragments: () => {
    if (tick <= 50) for (let each = 0; each < 600; each += 1) kept.push(Buffer.alloc(4200, 1));
    if (tick === 51) {
      for (let at = 0; at < kept.length; at += 1) if (at % 16 !== 0) kept[at] = undefined;
      globalThis.gc();
    }
  },
};
const folder = kind === 'mapped files' ? mkdtempSync(join(tmpdir(), 'benchmem-test-')) : undefined;
const timer = setInterval(() => {
  tick += 1;
  kinds[kind]();
  if (tick < lastTick) return;
  clearInterval(timer);
  if (folder !== undefined) rmSync(folder, { recursive: true });
}, 50);
