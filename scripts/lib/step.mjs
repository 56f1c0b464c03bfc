// A build step that is skipped while its inputs and outputs stand: content stamps, a progress line, one
// builder at a time. Knows nothing about what a step does.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFolder, root } from './paths.mjs';

const stampFolder = `${buildFolder}/stamps`;
/** How often a step that is still running says so. */
const pulseMs = 30_000;
const lockFile = `${buildFolder}/setup.lock`;

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path).sort()) yield* filesUnder(join(path, entry));
}

function contentHash(inputs, salt) {
  const hash = createHash('sha256').update(JSON.stringify(salt));
  for (const input of inputs) {
    for (const file of filesUnder(join(root, input))) {
      hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function show(mark, name, note) {
  process.stdout.write(`  ${mark} ${name.padEnd(34)} ${note}\n`);
}

/**
 * Runs `run` unless the stamp of the same inputs (files and folders below the root), salt and outputs exists.
 * The stamp is taken away first, so that a failure or an interruption never looks finished.
 * @param {string} name
 * @param {{ inputs: string[], outputs?: string[], salt?: unknown, run: () => unknown }} step
 */
export async function step(name, { inputs, outputs = [], salt = '', run }) {
  const stampFile = `${stampFolder}/${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
  const hash = contentHash(inputs, [process.version, salt]);
  if (readIfThere(stampFile) === hash && outputs.every((output) => existsSync(output))) {
    show('-', name, 'up to date');
    return;
  }
  rmSync(stampFile, { force: true });
  show('>', name, '...');
  const start = performance.now();
  const elapsed = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const pulse = setInterval(() => show('.', name, elapsed()), pulseMs);
  try {
    await run();
  } finally {
    clearInterval(pulse);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  // WHY: this is the hash from before the run, because what changed while it ran may not be in its outputs.
  writeFileSync(stampFile, hash);
  show('+', name, elapsed());
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readIfThere(lockFile));
  if (holder && !isAlive(holder)) rmSync(lockFile, { force: true });
  return false;
}

/** Runs `build` while no other set-up of this tree runs; waits for the other one. Re-entrant by process. */
export async function withBuildLock(build) {
  if (Number(readIfThere(lockFile)) === process.pid) return build();
  mkdirSync(buildFolder, { recursive: true });
  for (let waits = 0; !tryLock(); ++waits) {
    if (waits === 2) process.stdout.write('  waiting for another set-up of this folder ...\n');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  try {
    return await build();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
