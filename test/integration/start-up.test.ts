// Where the program cannot start or load a command: one line that says why, what to do, and exit code 2. And what it says of a
// bug, whose lines are read by who never sees the bundle.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

it('a bug is reported with the names that functions have in the sources', () => {
  const broken = encodeURIComponent('Number.isFinite = () => { throw new TypeError("no digits"); };');
  const { code, stderr } = shell(
    `exec "${process.execPath}" --import "data:text/javascript,${broken}" "${benchmem}" run --help`,
  );
  expect(code).toBe(70);
  expect(stderr).toMatch(/^benchmem: internal error: TypeError: no digits\n/);
  expect(stderr).toMatch(/ at roundHalfEven \(.*\n +at byteDigits \(.*\n +at formatBytes \(/);
  expect(stderr).toMatch(/\n {2}hint: this is a bug in benchmem: please report it with the lines above\n$/);
});

const tooMany =
  'benchmem: too many files are open (EMFILE): this process may open no more\n' +
  '  hint: raise the limit, for example: ulimit -n 1024\n';

const needless = ['measure job.js', 'compare a b', 'plot a', 'export a', 'merge a b', '--help'];

describe.each(nodesAtHand)('Node $major', ({ node }) => {
  it.each(needless)('with 30 file descriptors it says what it says with more: %s', (command) => {
    const line = `exec "${node}" "${benchmem}" ${command}`;
    expect(shell(`ulimit -n 30; ${line}`)).toEqual(shell(line));
  });
});

// WHY: this runs on Node 20 only, because others have more files open by themselves.
describe.each(nodesAtHand.filter(({ major }) => major === '20'))('Node $major', ({ node }) => {
  it.each([19, 20, 21, 22])('with %i file descriptors exec starts no program', (limit) => {
    expect(shell(`ulimit -n ${limit}; exec "${node}" "${benchmem}" exec -- node -e 0`)).toEqual({
      code: 2,
      stderr: tooMany,
    });
  });
});

// From here on these commands have what they need.
const enough = 60;
const isFull = process.env.BENCHMEM_FULL === '1';
const rarer = ['compare a b', '--help'];

describe.each(nodesAtHand)('Node $major', ({ node }) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('package.json', '{ "type": "module" }\n');
    write('job.js', 'export const make = () => new Array(1000).fill(1);\n');
    write('first.js', "import './second.js';\n");
    write('second.js', "import './third.js';\n");
    write('third.js', '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const within = (limit: number, script: string) =>
    shell(`cd "${folder}" && ulimit -n ${limit} -c 0 && exec "${node}" ${script} >out`);

  // With fewer file descriptors, Node itself runs no program of a few modules.
  let fewest = 16;
  it('runs a program of a few modules', () => {
    while (fewest < 30 && within(fewest, 'first.js').code !== 0) fewest += 1;
    expect(fewest).toBeLessThan(30);
  });

  it.each(['measure job.js --no-time --repeats 1', 'exec --output - -- node -e 0', ...(isFull ? rarer : [])])(
    'with few file descriptors it says so, or does what it should: %s',
    (command) => {
      const script = `"${benchmem}" ${command}`;
      const { code } = within(1024, script);
      for (let limit = fewest; limit <= enough; limit += isFull ? 1 : 9) {
        const got = within(limit, script);
        // WHY: the error is at its end, because a command may have said what it is about to do.
        if (got.code === 2 && got.stderr.endsWith(tooMany)) continue;
        expect({ limit, ...got }).toEqual({
          limit,
          code,
          stderr: expect.not.stringMatching(/EMFILE|internal error/),
        });
      }
    },
  );
});
