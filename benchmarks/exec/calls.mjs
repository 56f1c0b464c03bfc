// What `benchmem exec` adds to each call of JavaScript by native code, because it counts them: CPU time of a call that does nothing,
// and of an empty turn of the event loop, plain and observed, in turn. The fastest of each counts.
// Usage: node benchmarks/exec/calls.mjs [ROUNDS] [--check]. With --check it fails above the ratios that it prints.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/lib/paths.mjs';

const rounds = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 7);
const checks = process.argv.includes('--check');
const program = fileURLToPath(new URL('calls-program.mjs', import.meta.url));
const observe = [`${root}/bin/benchmem.js`, 'exec', '--no-interval', '--output', '/dev/null', '--'];
const loads = [
  { name: 'callbacks', title: 'a call that does nothing', mostRatio: 1.25 },
  { name: 'turns', title: 'an empty turn of the loop', mostRatio: 1.15 },
];

function nanoseconds(args, name) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, program, name], {
    encoding: 'utf8',
  });
  const read = Number(stdout);
  if (status !== 0 || !(read > 0)) throw new Error(`${name} ended with ${status}: ${stdout}${stderr}`);
  return read;
}

for (const { name, title, mostRatio } of loads) {
  const fastest = { plain: Number.POSITIVE_INFINITY, observed: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round += 1) {
    fastest.plain = Math.min(fastest.plain, nanoseconds([], name));
    fastest.observed = Math.min(fastest.observed, nanoseconds([...observe, process.execPath], name));
  }
  const { plain, observed } = fastest;
  const ratio = observed / plain;
  process.stdout.write(
    `${title.padEnd(28)} plain ${plain.toFixed(0)} ns, exec ${observed.toFixed(0)} ns, ratio ${ratio.toFixed(3)} (at most ${mostRatio})\n`,
  );
  if (checks && ratio > mostRatio) {
    process.stderr.write(`${title}: exec costs more than ${mostRatio} times the plain program\n`);
    process.exitCode = 1;
  }
}
