// Disassembles the entry points of the preload library that allocate and free most, and prints their instructions' number
// and digest. Addresses outside of a function are left out, so that what the linker puts elsewhere makes no difference.
//   --check: fails when a function has other instructions than entry-points.json says
//   --record: writes entry-points.json anew
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { builtPaths } from './lib/variants.mjs';

const expectationFile = new URL('entry-points.json', import.meta.url);
const functions = ['malloc', 'free', 'calloc', 'realloc', '_Znwm', '_ZdlPv'];
const { values: options } = parseArgs({
  options: {
    ...builtPaths,
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    only: { type: 'string' }, // accepted, because the other benchmarks of this folder take them
    repetitions: { type: 'string' },
  },
});

function stop(message, hint) {
  process.stderr.write(`${message}\n  hint: ${hint}\n`);
  process.exit(2);
}

function output(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (done.error)
    stop(`${command} could not be started: ${done.error.message}`, 'apt-get install binutils g++');
  if (done.status !== 0)
    stop(`${command} ended with code ${done.status}\n${done.stderr}`, 'npm run build -- native');
  return done.stdout;
}

/** One line an instruction: what stands in it, and places in the same function relative to its beginning. */
function instructionsOf(name) {
  const text = output('objdump', ['-d', '--no-show-raw-insn', `--disassemble=${name}`, options.preload]);
  return text
    .split('\n')
    .flatMap((line) => /^\s+[0-9a-f]+:\s+(.*)$/.exec(line)?.slice(1) ?? [])
    .map((instruction) =>
      instruction
        .replace(/-?0x[0-9a-f]+\(%rip\)/, 'elsewhere(%rip)')
        .replace(/\s*#.*$/, '')
        .replace(/[0-9a-f]+ <([^>]*)>/, (_, place) => (place.split('+')[0] === name ? place : 'elsewhere')),
    );
}

function countAll() {
  const found = {};
  for (const name of functions) {
    const instructions = instructionsOf(name);
    if (instructions.length === 0) stop(`${options.preload} has no ${name}`, 'npm run build -- native');
    const sha256 = createHash('sha256').update(instructions.join('\n')).digest('hex');
    found[name] = { instructions: instructions.length, sha256 };
    process.stdout.write(
      `  ${name.padEnd(8)} ${String(instructions.length).padStart(4)}  ${sha256.slice(0, 16)}\n`,
    );
  }
  return found;
}

const expected = JSON.parse(readFileSync(expectationFile, 'utf8'));
const compiler = output('g++', ['-dumpfullversion']).trim();
if (options.check && compiler !== expected.compiler) {
  stop(
    `the expected instructions are those of g++ ${expected.compiler}, this machine has ${compiler}`,
    'compare two builds on this machine: --record on the older one, --check on the newer one',
  );
}
const found = countAll();
if (options.record) {
  writeFileSync(expectationFile, `${JSON.stringify({ compiler, functions: found }, null, 2)}\n`);
}
if (options.check) {
  const other = functions.filter((name) => found[name].sha256 !== expected.functions[name]?.sha256);
  process.stdout.write(
    other.length === 0
      ? 'every instruction is the expected one\n'
      : `other instructions: ${other.join(', ')}\n`,
  );
  process.exitCode = other.length === 0 ? 0 : 1;
}
