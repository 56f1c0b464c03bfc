// Gets what the C++ tests need from the machine's own Debian sources: cmake (installed, as root only) and
// doctest's headers (unpacked into native/vendor/doctest, no privileges needed). Changes no configuration.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { firstLine, runQuietly, SetupError } from './run.mjs';

const unpacked = `${root}/native/vendor/doctest`;

/** The include folder that holds doctest/doctest.h; undefined if it is not on this machine. */
export function doctestInclude() {
  return ['/usr/include', `${unpacked}/usr/include`].find((folder) =>
    existsSync(`${folder}/doctest/doctest.h`),
  );
}

// A package list of our own: the machine's may be empty, and only root may renew it.
async function downloadWithOwnLists(name, folder) {
  const state = join(folder, 'state');
  mkdirSync(`${state}/lists/partial`, { recursive: true });
  mkdirSync(`${state}/cache/archives/partial`, { recursive: true });
  const own = [
    '-o',
    `Dir::State::Lists=${state}/lists`,
    '-o',
    `Dir::Cache=${state}/cache`,
    '-o',
    'APT::Sandbox::User=',
  ];
  await runQuietly('apt-update', 'apt-get', [...own, 'update']);
  await runQuietly('apt-download', 'apt-get', [...own, 'download', name], { cwd: folder });
}

async function downloadPackage(name, folder) {
  try {
    await runQuietly('apt-download', 'apt-get', ['download', name], { cwd: folder });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    await downloadWithOwnLists(name, folder);
  }
}

export async function fetchDoctest() {
  if (doctestInclude()) return;
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-doctest-'));
  try {
    await downloadPackage('doctest-dev', folder);
    const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new SetupError('apt-get download left no package');
    mkdirSync(unpacked, { recursive: true });
    await runQuietly('doctest-unpack', 'dpkg-deb', ['-x', join(folder, archive), unpacked]);
  } catch (error) {
    throw new SetupError(
      `doctest could not be fetched: ${error.message}`,
      'apt-get install doctest-dev',
      error,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const hasCmake = () => firstLine('cmake', ['--version']) !== undefined;

export async function installCmake() {
  if (hasCmake()) return;
  const install = ['install', '-y', '--no-install-recommends', 'cmake'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const hint = 'apt-get install cmake (3.21 or newer); set-up installs it by itself only as root';
  if (process.getuid?.() !== 0 || firstLine('apt-get', ['--version']) === undefined) {
    throw new SetupError('cmake was not found on this machine', hint);
  }
  try {
    await runQuietly('apt-install', 'apt-get', install, { env });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    await runQuietly('apt-update', 'apt-get', ['update'], { hint });
    await runQuietly('apt-install', 'apt-get', install, { env, hint });
  }
}
