// Loaded before a child: appends the CPU time that its process took, in microseconds, to a file at its end.
const { appendFileSync } = require('node:fs');

const file = process.env.BENCHMEM_BENCH_CPU;
delete process.env.BENCHMEM_BENCH_CPU;

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  appendFileSync(file, `${user + system}\n`);
});
