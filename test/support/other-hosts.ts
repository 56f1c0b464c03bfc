// Machines without native code of benchmem, as far as one can be simulated: what process says of itself, a node that musl's
// loader loads, and the package as it is installed there, without a binary that fits.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { type CollectedProcess, type Ended, startCollected } from './collected-process.js';
import { elfFile } from './elf-file.js';

export interface OtherHost {
  readonly name: string;
  readonly platform: string;
  readonly arch: string;
  /** What its node says that it is loaded by; absent: what this one says. */
  readonly loader?: string;
  /** What the refusal says it is. */
  readonly said: string;
}

export const otherHosts: readonly OtherHost[] = [
  { name: 'macOS', platform: 'darwin', arch: 'arm64', said: 'this is macOS (darwin-arm64)' },
  { name: 'Windows', platform: 'win32', arch: 'x64', said: 'this is Windows (win32-x64)' },
  {
    name: 'musl',
    platform: 'linux',
    arch: 'x64',
    loader: '/lib/ld-musl-x86_64.so.1',
    said: 'this Node (linux-x64) runs with musl, the C library of Alpine',
  },
];

/** The package without binaries, below build/ so that its dependencies are found, and a folder that has it installed. */
export interface OtherPlace {
  readonly folder: string;
  start(host: OtherHost, argv: readonly string[], cwd?: string): CollectedProcess;
  /** Runs a command of the package. */
  run(host: OtherHost, argv: readonly string[], cwd?: string): Promise<Ended>;
  /** Runs code of a user who has the package. */
  evaluate(host: OtherHost, flags: readonly string[], code: string): Promise<Ended>;
  remove(): void;
}

export function makeOtherPlace(): OtherPlace {
  mkdirSync(buildFolder, { recursive: true });
  const installed = mkdtempSync(join(buildFolder, 'other-host-'));
  for (const name of ['package.json', 'bin', 'dist']) {
    cpSync(join(root, name), join(installed, name), { recursive: true });
  }
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-other-host-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(installed, join(folder, 'node_modules/benchmem'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const start = (host: OtherHost, words: readonly string[], cwd: string) =>
    startCollected(process.execPath, ['--require', join(root, 'test/support/other-host.cjs'), ...words], {
      cwd,
      env: environmentOf(host, folder),
    });
  const command = (host: OtherHost, argv: readonly string[], cwd = folder) =>
    start(host, [join(installed, 'bin/benchmem.js'), ...argv], cwd);
  return {
    folder,
    start: command,
    run: (...given) => command(...given).ended,
    evaluate: (host, flags, code) => start(host, [...flags, '-e', code], folder).ended,
    remove: () => {
      for (const each of [installed, folder]) rmSync(each, { recursive: true, force: true });
    },
  };
}

function environmentOf({ platform, arch, loader }: OtherHost, folder: string): NodeJS.ProcessEnv {
  const { FORCE_COLOR, COLUMNS, CI, GITHUB_ACTIONS, ...own } = process.env;
  const node = loader === undefined ? undefined : join(folder, `node-${arch}`);
  if (node !== undefined && loader !== undefined) writeFileSync(node, elfFile({ loader }));
  return {
    ...own,
    XDG_CACHE_HOME: join(folder, 'cache'),
    BENCHMEM_TEST_HOST: JSON.stringify({ platform, arch, node }),
  };
}
