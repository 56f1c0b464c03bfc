// Calls process.exit(7) while worker threads run. `exits.cjs <count>` does so in that many processes of its own, each at
// another moment, and prints how those ended that ended otherwise; `exits.cjs blocked` does it once, while a worker is in a
// native call, which the main thread waits for.
const { spawn } = require('node:child_process');
const { Worker } = require('node:worker_threads');

const code = 7;
const busy = `const kept = [];
function turn() { for (let i = 0; i < 2000; i += 1) kept.push({ i }); if (kept.length > 40000) kept.length = 0; setImmediate(turn); }
turn();`;
const blocked = `require('node:worker_threads').parentPort.postMessage('blocked');
require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 1500)'], { env: {} });`;
const start = (source) => new Worker(source, { eval: true });

function exitAt(ms) {
  const workers = Array.from({ length: 10 }, () => start(busy));
  const keep = [];
  setInterval(() => keep.push(Array.from({ length: 1000 }, (_, at) => `${at}`)), 5);
  setInterval(() => {
    workers.shift().terminate();
    workers.push(start(busy));
  }, 40);
  setTimeout(() => process.exit(code), ms);
}

function exitWhileBlocked() {
  // Workers tell of themselves before the call that nothing interrupts.
  start(blocked).once('message', () => setTimeout(() => process.exit(code), 100));
}

async function exitOften(count) {
  const others = [];
  for (let at = 0; at < count; at += 1) {
    const child = spawn(process.execPath, [__filename, 'at', `${200 + 37 * at}`], { stdio: 'inherit' });
    const end = await new Promise((resolve) =>
      child.once('exit', (...codeAndSignal) => resolve(codeAndSignal)),
    );
    if (end[0] !== code) others.push(end);
  }
  console.log(JSON.stringify({ count, others }));
}

const [, , what, ms] = process.argv;
if (what === 'at') exitAt(Number(ms));
else if (what === 'blocked') exitWhileBlocked();
else exitOften(Number(what));
