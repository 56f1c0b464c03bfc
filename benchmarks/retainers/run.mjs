// What `--retainers` takes on heaps of 5, 80 and 250 MB of small objects: the time that it adds to a measurement, and the most
// resident memory that its processes hold at once. `--check` exits 1 above the limits below.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const benchmem = fileURLToPath(new URL('../../bin/benchmem.js', import.meta.url));
const heap = fileURLToPath(new URL('heap.mjs', import.meta.url));
/** CPU seconds and MB that are allowed, by MB of heap. */
const limits = new Map([
  [5, { seconds: 6, megabytes: 400 }],
  [80, { seconds: 40, megabytes: 2500 }],
  [250, { seconds: 150, megabytes: 7000 }],
]);

let failed = false;
for (const [megabytes, limit] of limits) {
  const plain = await measure(megabytes, []);
  const whole = await measure(megabytes, ['--retainers', '--retainers-max', '1GB']);
  const seconds = whole.cpuSeconds - plain.cpuSeconds;
  const tooMuch = seconds > limit.seconds || whole.megabytes > limit.megabytes;
  failed ||= tooMuch;
  console.log(
    `${megabytes} MB: ${seconds.toFixed(1)} s of CPU time more (limit ${limit.seconds}), ${(whole.wallSeconds - plain.wallSeconds).toFixed(1)} s on the clock; ` +
      `its processes hold ${whole.megabytes.toFixed(0)} MB at once at most (limit ${limit.megabytes}; without it ${plain.megabytes.toFixed(0)})${tooMuch ? ': too much' : ''}`,
  );
}
if (values.check && failed) process.exitCode = 1;

async function measure(megabytes, flags) {
  const cpuBefore = cpuOfChildren();
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [benchmem, 'measure', heap, '--export', 'work', '--repeats', '1', '--warmup', '0', ...flags],
    { env: { ...process.env, HEAP_MB: String(megabytes) }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, residentBelow(child.pid));
  }, 50);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`benchmem measure ended with ${code}`);
  return {
    cpuSeconds: cpuOfChildren() - cpuBefore,
    wallSeconds: (performance.now() - startedMs) / 1000,
    megabytes: most / 1e6,
  };
}

/** CPU seconds of the children that ended, and of theirs: fields 16 and 17 of stat, in ticks of 10 ms. */
function cpuOfChildren() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Resident bytes of all processes below this one's child, now. */
function residentBelow(pid) {
  const parents = new Map();
  const resident = new Map();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'latin1');
      parents.set(name, /^PPid:\s*(\d+)/m.exec(status)?.[1]);
      resident.set(name, Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {} // It ended meanwhile.
  }
  let sum = 0;
  for (const [name, bytes] of resident) {
    let at = name;
    while (at !== undefined && at !== String(pid)) at = parents.get(at);
    if (at !== undefined) sum += bytes;
  }
  return sum;
}
