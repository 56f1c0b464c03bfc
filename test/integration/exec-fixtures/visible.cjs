// Prints all that a program can see of its process and that an observer could change.
const { openSync, readFileSync } = require('node:fs');
const { isMainThread, Worker } = require('node:worker_threads');

const borrowed = ['LD_PRELOAD', 'NODE_OPTIONS', 'BENCHMEM_ALLOCATOR', 'BENCHMEM_EXEC'];
const signals = ['SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGHUP'];
console.log(
  JSON.stringify({
    environment: borrowed.map((name) => process.env[name] ?? null),
    names: Object.keys(process.env).length,
    listeners: ['exit', 'beforeExit', 'uncaughtException', ...signals].map((name) =>
      process.listenerCount(name),
    ),
    resources: process.getActiveResourcesInfo(),
    modules: Object.keys(require.cache),
    children: module.children.length,
    flags: process.execArgv,
    arguments: process.argv,
    title: process.title,
    descriptor: isMainThread ? openSync(__filename) : 0,
    functions: [process.emit, process.exit, process.reallyExit, process.kill].map(
      (each) => each.toString().length,
    ),
    globals: Object.getOwnPropertyNames(globalThis).length,
    mask: /SigBlk:\s*(\w+)/.exec(readFileSync('/proc/thread-self/status', 'utf8'))[1],
  }),
);
if (isMainThread) new Worker(__filename).on('exit', (code) => console.log(`worker ${code}`));
