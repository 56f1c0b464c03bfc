// The build scripts' step: runs when something changed or failed before, and only then.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { step } from '../../scripts/lib/step.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = 'build/test-step';
const output = join(root, folder, 'output');
const name = `test step ${process.pid}`;
const run = vi.fn(() => writeFileSync(output, 'made'));
const takeStep = (salt = '') => step(name, { inputs: [`${folder}/input`], outputs: [output], salt, run });

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder, 'input'), { recursive: true });
  writeFileSync(join(root, folder, 'input/one'), 'first');
  run.mockClear();
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(join(root, folder), { recursive: true, force: true });
  rmSync(join(root, 'build/stamps', name.replaceAll(' ', '-')), { force: true });
});

it('is skipped while inputs, salt and outputs stand', async () => {
  await takeStep();
  await takeStep();
  expect(run).toHaveBeenCalledTimes(1);
});

it('runs again for another content, another file, another salt, or a lost output', async () => {
  await takeStep();
  writeFileSync(join(root, folder, 'input/one'), 'second');
  await takeStep();
  writeFileSync(join(root, folder, 'input/two'), '');
  await takeStep();
  await takeStep('another compiler');
  rmSync(output);
  await takeStep('another compiler');
  expect(run).toHaveBeenCalledTimes(5);
});

it('runs again after a failure', async () => {
  await takeStep();
  writeFileSync(join(root, folder, 'input/one'), 'second');
  run.mockImplementationOnce(() => {
    throw new Error('no compiler');
  });
  await expect(takeStep()).rejects.toThrow('no compiler');
  await takeStep();
  expect(run).toHaveBeenCalledTimes(3);
});

it('runs again if an input changed while it ran', async () => {
  run.mockImplementationOnce(() => {
    writeFileSync(output, 'made');
    writeFileSync(join(root, folder, 'input/one'), 'meanwhile');
  });
  await takeStep();
  await takeStep();
  await takeStep();
  expect(run).toHaveBeenCalledTimes(2);
});
