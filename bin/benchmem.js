#!/usr/bin/env node
// The command line: hands the process to runCli and sets the exit code, which nothing else does.
import { constants } from 'node:os';
import { processIo } from '../dist/cli/io.js';
import { runCli } from '../dist/cli/run-cli.js';

const { io, dispose } = processIo(process);
const end = await runCli(process.argv.slice(2), io);
dispose();
if (typeof end === 'number') process.exitCode = end;
else {
  // What the program died of, this command dies of.
  process.exitCode = 128 + constants.signals[end];
  process.kill(process.pid, end);
}
