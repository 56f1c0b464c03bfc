// What `npm run bench -- compare` measures: the compare command over generated runs, its output thrown away.
import { join } from 'node:path';
import { runCli } from '../../build/modules/cli/run-cli.js';

const nowhere = { isTerminal: false, columns: 80, unlimited: true, color: false, write: () => {} };

async function compare(folder, count) {
  const runs = Array.from({ length: count }, (_, index) => join(folder, `run-${index}.json`));
  const io = {
    stdout: nowhere,
    stderr: { ...nowhere, write: (text) => process.stderr.write(text) },
    cwd: folder,
    env: {},
    clock: { now: () => new Date(0), elapsedMs: () => 0, every: () => () => {} },
    interrupted: new AbortController().signal,
    database: { named: undefined, nameOf: (storage) => storage },
  };
  const code = await runCli(['compare', ...runs], io);
  if (code !== 0) throw new Error(`compare ended with ${code}`);
}

export const two = (folder) => compare(folder, 2);
export const ten = (folder) => compare(folder, 10);
