#!/usr/bin/env node
// The command line: hands the process to runCli and sets the exit code, which nothing else does.
import { constants } from 'node:os';
import { systemError } from '../dist/files/system-error.js';

const end = await start();
if (typeof end === 'number') process.exitCode = end;
else {
  // What the program died of, this command dies of.
  process.exitCode = 128 + constants.signals[end];
  process.kill(process.pid, end);
}

async function start() {
  try {
    // WHY imported here: what keeps them from being loaded is said like any other error.
    const { realWorld } = await import('../dist/cli/real-world.js');
    const { runCli } = await import('../dist/cli/run-cli.js');
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
