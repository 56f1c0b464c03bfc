// What the command that observes costs per snapshot of the program: CPU time and memory, over a recorded stream of 10,000.
// Usage: node benchmarks/exec/parent.mjs [--check]. With --check it fails where a snapshot late in the stream costs more than
// one early in it, or where memory grows from the 2,000th to the last.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';

const { RecordsReader } = await import(`${root}/build/modules/exec/records-reader.js`);
const { reportText } = await import(`${root}/build/modules/exec/report.js`);

const total = 10_000;
const stretch = 100;
const mostRatio = 2;
const mostGrowthBytes = 4 * 1024 * 1024;
const checks = process.argv.includes('--check');

const folder = mkdtempSync(join(tmpdir(), 'benchmem-bench-'));
const file = join(folder, '7.jsonl');
const reader = new RecordsReader(folder);
const facts = { command: ['node', 'server.js'], version: '0.0.0' };
writeFileSync(
  file,
  `${JSON.stringify({ kind: 'process', pid: 7, parentPid: 1, command: ['node'], node: '22', v8: '12' })}\n`,
);

/** As a program writes it: a server with ten libraries and a few owners of mappings. */
function line(at) {
  const bytes = 50_000_000 + at * 1000;
  const counts = { live_bytes: bytes, peak_bytes: bytes, total_bytes: bytes * 3, allocations: at * 10 };
  const objects = Array.from({ length: 10 }, (_, index) => ({
    object: `/srv/app/node_modules/some-addon-${index}/build/Release/some-addon.node`,
    source: 'program',
    ...counts,
  }));
  const owners = objects.map(({ object }) => ({ object, kind: 'object', resident_bytes: bytes }));
  const js = { used_bytes: bytes, after_full_gc_bytes: bytes, collected: true, allocated_bytes: bytes * 9 };
  return `${JSON.stringify({ kind: 'interval', at_ms: at * 1000, program: counts, engine: counts, js, resident: { total_bytes: bytes }, mapped: { resident_bytes: bytes, by_owner: owners }, objects })}\n`;
}

/** Milliseconds of CPU per snapshot, the report's texts included; writing has a budget of its own. */
function costOf(from, count) {
  const lines = Array.from({ length: count }, (_, index) => line(from + index));
  const begin = process.cpuUsage();
  for (const text of lines) {
    appendFileSync(file, text);
    reader.update();
  }
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000 / count;
}

function heapBytes() {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

costOf(0, stretch);
const costs = new Map();
const heaps = new Map();
for (let at = stretch; at < total; at += stretch) {
  costs.set(at, costOf(at, stretch));
  if (at === 2000 || at === total - stretch) heaps.set(at, heapBytes());
}
const begin = process.cpuUsage();
const text = reportText(facts, reader.records());
const { user, system } = process.cpuUsage(begin);
rmSync(folder, { recursive: true, force: true });

// WHY: this is the median of ten stretches, because one of them may meet a collection.
const middle = (stretches) => stretches.sort((a, b) => a - b)[Math.floor(stretches.length / 2)];
const all = [...costs.values()];
const [early, late] = [middle(all.slice(0, 10)), middle(all.slice(-10))];
const [before, after] = [...heaps.values()];
const print = (name, value) => process.stdout.write(`${name.padEnd(44)} ${value}\n`);
print('CPU per snapshot, from the 100th on', `${early.toFixed(3)} ms`);
print(`CPU per snapshot, up to the ${total}th`, `${late.toFixed(3)} ms`);
print('ratio', `${(late / early).toFixed(2)} (at most ${mostRatio})`);
print(`heap from 2,000 to ${total} snapshots`, `${((after - before) / 1048576).toFixed(2)} MiB (at most 4)`);
print(
  'one report of what is kept',
  `${((user + system) / 1000).toFixed(1)} ms CPU, ${(text.length / 1048576).toFixed(1)} MiB`,
);
if (globalThis.gc === undefined)
  process.stderr.write('run with --expose-gc: without it the heap holds garbage\n');
if (checks && (late > early * mostRatio || after - before > mostGrowthBytes || globalThis.gc === undefined)) {
  process.stderr.write('a snapshot late in the stream costs more than an early one\n');
  process.exitCode = 1;
}
