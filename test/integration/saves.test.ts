// Runs that are saved side by side: every one keeps its file and a number of its own, also where processes are killed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { machineFolder, numberOf } from '../../src/runfile/storage.js';
import { startCollected } from '../support/collected-process.js';

const saver = fileURLToPath(new URL('../fixtures/save/saver.mjs', import.meta.url));
const processes = 8;
const saves = 40;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-saves-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** `number pid/save` of each run that a process saved to its end. */
type Acknowledged = readonly string[];

async function saveAll(
  name: string,
  count: number,
  first: number,
  killAfter?: number,
): Promise<Acknowledged> {
  const { child, texts, ended } = startCollected(process.execPath, [saver, name, `${count}`, `${first}`], {
    cwd,
  });
  const lines = () => texts.stdout.split('\n').filter((line) => line !== '');
  if (killAfter !== undefined) {
    child.stdout?.on('data', () => {
      if (lines().length >= killAfter) child.kill('SIGKILL');
    });
  }
  const { code, signal, stderr } = await ended;
  expect([code, signal, stderr]).toEqual(killAfter === undefined ? [0, null, ''] : [null, 'SIGKILL', '']);
  return lines();
}

/** Killed on the way, and started again for what is left. */
async function saveWithKill(name: string): Promise<Acknowledged> {
  const before = await saveAll(name, saves, 0, 12);
  return [...before, ...(await saveAll(name, saves - before.length, before.length))];
}

function stored(): string[] {
  return readdirSync(join(cwd, '.benchmarks', machineFolder()));
}

function checkNothingLost(acknowledged: Acknowledged): void {
  const files = stored().filter((entry) => numberOf(entry) !== undefined);
  const byNumber = new Map(files.map((file) => [numberOf(file), file]));
  expect(byNumber.size).toBe(files.length);
  for (const line of acknowledged) {
    const [number, version] = line.split(' ');
    const file = byNumber.get(Number(number)) ?? `no file ${number}`;
    const text = readFileSync(join(cwd, '.benchmarks', machineFolder(), file), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ version });
  }
}

it('keeps 320 runs of 8 processes under 320 numbers, without a gap', async () => {
  // Some share a name, some do not: neither makes a number double.
  const names = Array.from({ length: processes }, (_, index) => (index < 4 ? 'main' : `branch-${index}`));
  const acknowledged = (await Promise.all(names.map((name) => saveAll(name, saves, 0)))).flat();
  checkNothingLost(acknowledged);
  const numbers = stored().map((entry) => numberOf(entry));
  expect(numbers.sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: processes * saves }, (_, index) => index + 1),
  );
});

it('loses none where three of the processes are killed: a number may stay unused, none is double', async () => {
  const names = Array.from({ length: processes }, () => 'main');
  const all = await Promise.all(
    names.map((name, index) => (index < 3 ? saveWithKill(name) : saveAll(name, saves, 0))),
  );
  const acknowledged = all.flat();
  expect(acknowledged).toHaveLength(processes * saves);
  checkNothingLost(acknowledged);
  const files = stored().filter((entry) => numberOf(entry) !== undefined);
  // A process that was killed may have finished one more than it could say.
  expect(files.length).toBeGreaterThanOrEqual(processes * saves);
  expect(files.length).toBeLessThanOrEqual(processes * saves + 3);
});
