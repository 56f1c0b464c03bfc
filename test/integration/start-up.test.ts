// Where the program cannot start or load a command: one line that says why, what to do, and exit code 2.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { nodesAtHand } from './nodes-at-hand.js';

const commands = [
  'run',
  'measure job.js',
  'exec -- node -e 0',
  'compare a b',
  'plot a',
  'export a',
  'merge a b',
  '--help',
];
const benchmem = join(root, 'bin/benchmem.js');

function shell(script: string): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return { code: status, stderr };
}

describe.each(nodesAtHand)('Node $major', ({ node }) => {
  it.each(commands)('in a folder that was removed: %s', (command) => {
    const gone = `folder=$(mktemp -d) && cd "$folder" && rmdir "$folder"`;
    expect(shell(`${gone} && exec "${node}" "${benchmem}" ${command}`)).toEqual({
      code: 2,
      stderr:
        'benchmem: the working folder cannot be found (ENOENT): was it removed?\n' +
        '  hint: cd into a folder that exists, and run it again\n',
    });
  });
});

// WHY Node 20 only: from 22 on fewer files are open at once, and these commands run.
describe.each(nodesAtHand.filter(({ major }) => major === '20'))('Node $major', ({ node }) => {
  it.each(commands)('with 30 file descriptors: %s', (command) => {
    expect(shell(`ulimit -n 30; exec "${node}" "${benchmem}" ${command}`)).toEqual({
      code: 2,
      stderr:
        'benchmem: too many files are open (EMFILE): this process may open no more\n' +
        '  hint: raise the limit, for example: ulimit -n 1024\n',
    });
  });
});
