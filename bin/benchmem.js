#!/usr/bin/env node
// The command line: hands the process to runCli and sets the exit code, which nothing else does.
// PERF: this is CommonJS, because node takes 4 ms more for a program of ES modules, before it loads the first one.
'use strict';
const { readFileSync, writeSync } = require('node:fs');
const { constants } = require('node:os');

if (!printedVersion(process.argv.slice(2))) {
  // WHY: a command that has not ended when nothing is left to wait for must not look like a success.
  process.once('beforeExit', reportUnended);
  start().then(endWith);
}

/**
 * Whether all that is asked for is the version, and it is written.
 * PERF: a program that asks which benchmem this is gets its answer from one small file; nothing else is loaded.
 */
function printedVersion([word, ...others]) {
  if (others.length > 0 || (word !== '--version' && word !== 'version')) return false;
  try {
    const { version } = JSON.parse(readFileSync(`${__dirname}/../package.json`, 'utf8'));
    return writeSync(1, `${version}\n`) > 0;
  } catch {
    return false; // runCli takes the same way again and says what is wrong
  }
}

async function start() {
  // WHY: it is loaded before all else, because what keeps the rest from being loaded must be reported like any other
  // error.
  const { systemError } = require('../dist/program/system-error.js');
  try {
    const { realWorld, runCli } = require('../dist/program/start.js');
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

function reportUnended() {
  process.exitCode = 70;
  process.stderr.write('benchmem: internal error: the command waits for nothing, and has not ended\n');
  process.stderr.write('  hint: this is a bug in benchmem: please report it with the command line\n');
}

function endWith(end) {
  process.off('beforeExit', reportUnended);
  if (typeof end === 'number') process.exitCode = end;
  else {
    // What the program died of, this command dies of.
    process.exitCode = 128 + constants.signals[end];
    process.kill(process.pid, end);
  }
}
