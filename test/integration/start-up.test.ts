// Where the program cannot start or load a command: one line that says why, what to do, and exit code 2. And what it says of a
// bug, whose lines are read by who never sees the bundle.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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

describe('what is loaded', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
    const listing = `process.on('exit', () => require('node:fs').writeFileSync(process.env.LISTING, Object.keys(require.cache).join('\\n')));`;
    writeFileSync(join(folder, 'listing.js'), listing);
    writeFileSync(
      join(folder, 'stuck.js'),
      `const file = ${JSON.stringify(join(root, 'dist/program/start.js'))};
require.cache[file] = { exports: { ...require(file), runCli: () => new Promise(() => {}) } };`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The files of this package that a command line loads, besides the one that lists them. */
  function filesLoadedBy(words: string): string[] {
    const list = join(folder, 'list');
    const line = `LISTING="${list}" exec "${process.execPath}" --require "${folder}/listing.js" "${benchmem}" ${words}`;
    expect(shell(`${line} >/dev/null`).code).toBe(0);
    const files = readFileSync(list, 'utf8').split('\n');
    return files.filter((file) => file.startsWith(root)).map((file) => relative(root, file));
  }

  it.each(['version', '--version'])('is one file for %s', (words) => {
    expect(filesLoadedBy(words)).toEqual(['bin/benchmem.js']);
  });

  it('is few files for exec, and no yargs', () => {
    expect(filesLoadedBy('exec --output - -- node -e 0')).toEqual([
      'bin/benchmem.js',
      'dist/program/system-error.js',
      'dist/cjs/errors.js',
      'dist/program/start.js',
      'package.json',
      'dist/program/exec.js',
      'node_modules/node-gyp-build/index.js',
      'node_modules/node-gyp-build/node-gyp-build.js',
    ]);
  });

  it('a command that waits for nothing and has not ended is a bug', () => {
    const line = `exec "${process.execPath}" --require "${folder}/stuck.js" "${benchmem}" compare a b`;
    expect(shell(line)).toEqual({
      code: 70,
      stderr:
        'benchmem: internal error: the command waits for nothing, and has not ended\n' +
        '  hint: this is a bug in benchmem: please report it with the command line\n',
    });
  });
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
