// The command that a refusal offers, as a shell reads it, with mounts as a container has them: it installs beside the host's
// node_modules, not into them, and runs benchmem in the project. A docker of this test's own stands for the real one.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsupportedHost } from '../../src/native/host.js';

const mayMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;
if (!mayMount) process.stderr.write('container-command: skipped, because nothing may be mounted here\n');

let folder: string;
const ofTheHost = () => readdirSync(join(folder, 'project/node_modules'));

// What `docker run` does with these flags, and nothing with others.
const docker = `#!/bin/sh
test "$1 $2" = "run --rm" || exit 90; shift 2
if test "$1" = --platform; then shift 2; fi
test "$1" = -v || exit 91; source=\${2%:/app}; test "$source" != "$2" || exit 92; shift 2
test "$1 $2" = "-v /app/node_modules" || exit 93; shift 2
test "$1 $2 $3" = "-w /app node:24" || exit 94; shift 3
APP="$CONTAINER/app"; mkdir -p "$APP" "$source/node_modules"
exec unshare --user --map-root-user --mount sh -c '
  mount --bind "$0" "$1" && mount -t tmpfs none "$1/node_modules" && cd "$1" && shift && exec "$@"' "$source" "$APP" "$@"
`;

const files: Readonly<Record<string, string>> = {
  'project/package.json': '{ "name": "project", "dependencies": { "benchmem": "file:stub" } }\n',
  'project/stub/package.json': '{ "name": "benchmem", "version": "1.0.0", "bin": "cli.js" }\n',
  'project/stub/cli.js':
    "#!/usr/bin/env node\nconsole.log(JSON.stringify([process.cwd(), process.argv.slice(2), require('fs').readdirSync('node_modules')]));\nrequire('fs').writeFileSync('saved.json', '{}');\n",
  'project/node_modules/of-the-host/index.js': '',
  'bin/docker': docker,
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem container '));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  chmodSync(join(folder, 'bin/docker'), 0o755);
  chmodSync(join(folder, 'project/stub/cli.js'), 0o755);
  const lock = spawnSync('npm', ['install', '--package-lock-only', '--offline', '--no-audit'], {
    cwd: join(folder, 'project'),
    encoding: 'utf8',
  });
  expect(lock.status, lock.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!mayMount)('the command that is offered', () => {
  it.each([
    ['macOS on x64', 'darwin', 'x64'],
    ['macOS on arm64', 'darwin', 'arm64'],
  ])('runs benchmem in the project: %s', (_, platform, arch) => {
    const before = ofTheHost();
    const [, command = ''] = unsupportedHost({ platform, arch })?.hint.split('\n') ?? [];
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: join(folder, 'project'),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, CONTAINER: folder },
    });
    expect(status, stderr).toBe(0);
    const [cwd, argv, installed] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect([cwd, argv]).toEqual([join(folder, 'app'), ['run']]);
    expect(installed).toContain('benchmem');
    expect(installed).not.toContain('of-the-host');
    expect(ofTheHost()).toEqual(before);
    expect(existsSync(join(folder, 'project/saved.json'))).toBe(true);
  });
});
