#!/usr/bin/env node
// The command line: hands the process to runCli and sets the exit code, which nothing else does.
import process from 'node:process';
import { processIo } from '../dist/cli/io.js';
import { runCli } from '../dist/cli/run-cli.js';

const { io, dispose } = processIo(process);
process.exitCode = await runCli(process.argv.slice(2), io);
dispose();
