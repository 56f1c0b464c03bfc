#!/usr/bin/env node
// The command line: hands the process to runCli and sets the exit code, which nothing else does.
import { readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';

if (!printedVersion(process.argv.slice(2))) endWith(await start());

/**
 * Whether all that is asked for is the version, and it is written.
 * PERF: a program that asks which benchmem this is gets its answer from one small file; nothing else is loaded.
 */
function printedVersion([word, ...others]) {
  if (others.length > 0 || (word !== '--version' && word !== 'version')) return false;
  try {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    return writeSync(1, `${version}\n`) > 0;
  } catch {
    return false; // runCli takes the same way again and says what is wrong
  }
}

async function start() {
  // WHY: it is loaded before all else, because what keeps the rest from being loaded must be reported like any other
  // error.
  const { systemError } = await import('../dist/files/system-error.js');
  try {
    const { realWorld, runCli } = await import('../dist/program/start.js');
    const { world, finish } = realWorld(process);
    return await finish(await runCli(process.argv.slice(2), world));
  } catch (error) {
    const known = systemError(error);
    if (known === undefined) throw error;
    // WHY: where standard error takes nothing, the exit code is all there is.
    process.stderr.on('error', () => {});
    process.stderr.write(`benchmem: ${known.message}\n  hint: ${known.hint}\n`);
    return known.exitCode;
  }
}

function endWith(end) {
  if (typeof end === 'number') process.exitCode = end;
  else {
    // What the program died of, this command dies of.
    process.exitCode = 128 + constants.signals[end];
    process.kill(process.pid, end);
  }
}
