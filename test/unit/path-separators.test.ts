// Paths as Windows writes them: what users type is divided by either separator, and no code assumes a slash where it divides
// a path of the machine it runs on.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { referenceParts } from '../../src/runfile/storage.js';
import { globOf } from '../../src/runner/discover.js';

describe('what was typed on Windows', () => {
  it.each([
    ['latest', '\\', { word: 'latest' }],
    ['Windows_NT-Node-24-64bit\\latest', '\\', { machine: 'Windows_NT-Node-24-64bit', word: 'latest' }],
    ['Linux-Node-24-64bit/0003', '\\', { machine: 'Linux-Node-24-64bit', word: '0003' }],
    ['Linux-Node-24-64bit/0003', '/', { machine: 'Linux-Node-24-64bit', word: '0003' }],
    ['a\\b', '/', { word: 'a\\b' }],
  ])('as a reference: %s', (reference, separator, parts) => {
    expect(referenceParts(reference, separator)).toEqual(parts);
  });

  it('as a glob', () => {
    expect(globOf('bench\\**\\*.bench.ts', '\\')).toBe('bench/**/*.bench.ts');
    expect(globOf('bench/\\[a\\].bench.ts', '/')).toBe('bench/\\[a\\].bench.ts');
  });
});

/** Files in which a slash divides, and what it divides there. */
const slashes: Readonly<Record<string, string>> = {
  'src/cli/exec/render.ts': 'a command of Linux, in a report of exec',
  'src/cli/text/figures.ts': 'shared objects of Linux, as the run file names them',
  'src/database/password-file.ts': 'the folder of a Unix socket, which Windows has no server for',
  'src/database/tls.ts': 'the folder of a Unix socket, which Windows has no server for',
  'src/engine/child/inside/script-texts.ts': 'in a preloaded child, which is one of Linux',
  'src/engine/result/private-allocators.ts': 'shared objects of Linux, as /proc names them',
  'src/engine/result/retainers.ts': 'URLs',
  'src/exec/object-names.ts': 'shared objects of Linux, as /proc names them',
  'src/profile/diff/places.ts': 'places as profiles name them, on Linux',
  'src/profile/names/frame-names.ts': 'shared objects of Linux, as profiles name them',
  'src/profile/names/paths.ts': 'URLs and places as profiles name them, on Linux',
  'src/profile/pprof/frames.ts': 'places as profiles name them, on Linux',
  'src/profile/reports/frames.ts': 'places as profiles name them, on Linux',
  'src/retainers/trail.ts': 'keys of the module cache, in a child of Linux',
  'src/retainers/words.ts': 'URLs',
  'src/runfile/storage.ts': 'references, which have slashes on every system, and backslashes on Windows',
  'src/sweep/nodes.ts': 'nodes of a sweep, which needs Linux',
  'src/sweep/provision.ts': 'folders of a sweep, which needs Linux',
};

describe('a slash that divides', () => {
  const dividing = /\.(split|indexOf|lastIndexOf|includes|startsWith|endsWith|at)\((?:'\/'|"\/"|`\/`)/;
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const found = sources
    .filter((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => dividing.test(line)),
    )
    .map((file) => file.slice(root.length + 1))
    .sort();

  it('is used where the table says what it divides, and nowhere else', () => {
    expect(found).toEqual(Object.keys(slashes).sort());
  });
});
