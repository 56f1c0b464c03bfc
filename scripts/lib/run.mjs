// Runs programs for the build scripts: quietly into a log, or shown. A failure carries the log's tail.
// Decides nothing about what is run.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildFolder, root } from './paths.mjs';

const tailLines = 40;

/** An error that the person at the terminal can act on; shown without a stack. */
export class SetupError extends Error {
  constructor(message, hint, cause) {
    super(message, { cause });
    this.hint = hint;
  }
}

function tail(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n');
}

/**
 * Runs a program with its output in build/logs/<name>.log; throws SetupError with the log's tail.
 * `timeoutSeconds`: a program that hangs is killed, and fails.
 */
export async function runQuietly(name, command, args, { env, cwd = root, hint, timeoutSeconds } = {}) {
  const logFile = `${buildFolder}/logs/${name}.log`;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(timeoutSeconds && { timeout: timeoutSeconds * 1000, killSignal: 'SIGKILL' }),
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const outcome = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await new Promise((resolve) => log.end(resolve));
  if (outcome.error) throw new SetupError(`${command} could not be started: ${outcome.error.message}`, hint);
  if (outcome.code !== 0) {
    const how = outcome.signal ? `was killed by ${outcome.signal}` : `ended with code ${outcome.code}`;
    throw new SetupError(`${name}: ${command} ${how}\n${tail(logFile)}`, hint);
  }
}

/** Runs a program on this terminal; returns its exit code (a signal counts as 1). */
export function runShown(command, args, { env, cwd = root } = {}) {
  const done = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (done.error) throw new SetupError(`${command} could not be started: ${done.error.message}`);
  if (done.signal) process.stderr.write(`${command} ${args[0] ?? ''} was killed by ${done.signal}\n`);
  return done.status ?? 1;
}

/** The first line that a program prints for these arguments; undefined when it is missing or fails. */
export function firstLine(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return done.status === 0 ? done.stdout.split('\n')[0] : undefined;
}

/** Runs a script's main function; a SetupError is shown with its hint, anything else with its stack. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n${error.hint ? `  hint: ${error.hint}\n` : ''}`);
    process.exitCode = 1;
  }
}
