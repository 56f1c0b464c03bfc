// Keeps something of one kind at each tick, or only seems to: node --expose-gc kept.cjs KIND [ADDON].
const { openSync, readFileSync } = require('node:fs');
const [kind, addon] = process.argv.slice(2);
const kept = [];
let ticks = 0;
const text = (size) => Buffer.alloc(size, 'x').toString('latin1') + ticks;
const kinds = {
  closures: () => kept.push(...Array.from({ length: 2000 }, (_, id) => () => id + ticks)),
  timers: () => {
    for (let id = 0; id < 1500; id += 1)
      setTimeout(() => id, 1e8, { id, row: new Array(20).fill(id) }).unref();
  },
  strings: () => kept.push(text(400_000)),
  buffers: () => kept.push(Buffer.alloc(600_000, 1)),
  'small buffers': () => kept.push(...Array.from({ length: 100 }, () => Buffer.alloc(5000, 1))),
  wasm: () => {
    const memory = new WebAssembly.Memory({ initial: 10, maximum: 20 });
    new Uint8Array(memory.buffer).fill(1);
    kept.push(memory);
  },
  addon: () => require(addon).keep(300_000),
  references: () => require(addon).keepReferences(8000),
  'buffers and objects': () => {
    kept.push(Buffer.alloc(500_000, 1), new Array(50_000).fill(ticks));
  },
  // From here on nothing is kept for long.
  garbage: () => new Array(100_000).fill(ticks).map((value) => ({ value })),
  'buffer garbage': () => Buffer.alloc(2_000_000, 1),
  'bounded cache': () => {
    kept.push(new Array(20_000).fill(ticks));
    if (kept.length > 10) kept.shift();
  },
  'one load': () => {
    if (ticks === 12) kept.push(Array.from({ length: 300_000 }, (_, id) => ({ id })));
  },
  burst: () => {
    kept.length = 0;
    if (ticks > 20 && ticks < 28) kept.push(new Array(2_000_000).fill(ticks));
  },
  files: () => readFileSync(openSync(__filename), 'utf8').length,
};
const timer = setInterval(() => {
  ticks += 1;
  kinds[kind]();
  if (ticks === 60) clearInterval(timer);
}, 50);
