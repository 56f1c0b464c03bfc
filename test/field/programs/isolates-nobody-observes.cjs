// Workers with an environment and flags of their own: nothing of ours runs in them, and their heaps fill.
const { Worker } = require('node:worker_threads');
const code = `globalThis.rows = Array.from({ length: 100_000 }, (_, id) => ({ id, name: 'n' + id }));
  require('node:worker_threads').parentPort.on('message', () => {});`;
const workers = [];
const timer = setInterval(() => {
  workers.push(new Worker(code, { eval: true, env: {}, execArgv: [] }));
  if (workers.length < 10) return;
  clearInterval(timer);
  setTimeout(() => process.exit(), 400);
}, 200);
