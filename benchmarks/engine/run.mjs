// What measuring costs whole workloads: each setting beside the plain process, interleaved in one run, medians of CPU
// time. Usage: npm run bench -- engine [--rounds 5] [--profile] [NAME ...].
// With --profile: what keeping every stack costs. Prints ratios; asserts nothing about time.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { profileFlags } from '../../dist/engine/child/parent/node-flags.js';
import { modes } from '../../scripts/lib/measured-child.mjs';
import { runScript, SetupError } from '../../scripts/lib/run.mjs';
import { workloads } from './workloads.mjs';

const child = fileURLToPath(new URL('./child.mjs', import.meta.url));

const settings = [
  { title: 'plain node, nothing loaded', mode: 'attached', setting: 'plain' },
  { title: 'attached, no window', mode: 'attached', setting: 'closed' },
  { title: 'attached, window open', mode: 'attached', setting: 'open' },
  { title: 'preloaded system, no window', mode: 'system', setting: 'closed' },
  { title: 'preloaded system, window open', mode: 'system', setting: 'open' },
  { title: 'preloaded jemalloc, no window', mode: 'jemalloc', setting: 'closed' },
  { title: 'preloaded jemalloc, window open', mode: 'jemalloc', setting: 'open' },
];
// What a profile costs, beside another tool that keeps every stack: with the flags that give each call a frame.
const profileSettings = [
  { title: 'plain node, nothing loaded', mode: 'attached', setting: 'plain' },
  { title: 'preloaded jemalloc, window open', mode: 'jemalloc', setting: 'open' },
  { title: 'the same with the flags of a profile', mode: 'jemalloc', setting: 'open', flags: profileFlags },
  { title: 'preloaded jemalloc, a profile', mode: 'jemalloc', setting: 'profile', flags: profileFlags },
  { title: 'heaptrack, native stacks alone', mode: 'attached', setting: 'plain', tool: 'heaptrack' },
];

function runChild(args, { mode, flags = [], tool }) {
  const environment = { ...process.env, NODE_OPTIONS: '', ...modes[mode].env };
  const command = [process.execPath, ...flags, child, ...args];
  const folder = tool === undefined ? undefined : mkdtempSync(join(tmpdir(), 'benchmem-bench-'));
  const [program, ...words] = folder === undefined ? command : [tool, '-o', join(folder, 'out'), ...command];
  try {
    const text = execFileSync(program, words, { env: environment, encoding: 'utf8' });
    return JSON.parse(
      text.split('\n').find((line) => line.startsWith('{"ms"') || line.startsWith('{"importMs"')),
    );
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function isThere(tool) {
  if (tool === undefined || spawnSync(tool, ['--version']).error === undefined) return true;
  process.stdout.write(`${tool} is not installed: its line is left out\n`);
  return false;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const milliseconds = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Every setting once a round, each round beginning with another one. */
function benchWorkload(name, rounds, settings) {
  const times = settings.map(() => []);
  const details = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < settings.length; step += 1) {
      const index = (round + step) % settings.length;
      const { ms, value, allocations } = runChild([name, settings[index].setting], settings[index]);
      times[index].push(ms);
      details[index] = { value, allocations };
    }
  }
  const medians = times.map(median);
  process.stdout.write(`\n${name}: ${details[0].value}; CPU time, median of ${rounds}\n`);
  for (const [index, { title }] of settings.entries()) {
    const ratio = (medians[index] / medians[0]).toFixed(3);
    const { allocations } = details[index];
    const note = allocations === undefined ? '' : `  ${allocations} native allocations`;
    process.stdout.write(
      `  ${title.padEnd(34)} ${ratio}  ${milliseconds(medians[index]).padStart(9)}${note}\n`,
    );
  }
}

const startTitles = {
  importMs: 'import of the package',
  installMs: 'installing the hooks',
  firstWindowMs: 'first empty window, settled',
  nextWindowMs: 'another empty window, settled',
  unsettledMs: 'an empty window without settling',
};

function benchStart(rounds) {
  const runs = Array.from({ length: rounds }, () => ({
    attached: runChild(['start'], { mode: 'attached' }),
    jemalloc: runChild(['start'], { mode: 'jemalloc' }),
  }));
  process.stdout.write(`\nstart: CPU time, median of ${rounds}; attached, preloaded jemalloc\n`);
  for (const [field, title] of Object.entries(startTitles)) {
    const [attached, jemalloc] = ['attached', 'jemalloc'].map((mode) =>
      milliseconds(median(runs.map((run) => run[mode][field]))),
    );
    process.stdout.write(`  ${title.padEnd(34)} ${attached.padStart(9)}  ${jemalloc.padStart(9)}\n`);
  }
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, profile: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new SetupError(`--rounds ${values.rounds} is not a positive whole number`);
  }
  const names = positionals.length > 0 ? positionals : ['start', ...Object.keys(workloads)];
  const unknown = names.find((name) => name !== 'start' && workloads[name] === undefined);
  if (unknown) {
    throw new SetupError(`no workload ${unknown}`, `known: start, ${Object.keys(workloads).join(', ')}`);
  }
  const chosen = values.profile ? profileSettings.filter(({ tool }) => isThere(tool)) : settings;
  process.stdout.write(`Node ${process.versions.node}; ratios to the first line of each table\n`);
  for (const name of names) name === 'start' ? benchStart(rounds) : benchWorkload(name, rounds, chosen);
});
