// A namespace in which arm64 files run as any others do, and in which this checkout's build folders are arm64's. It ends
// with what runs in it, and the machine outside has none of it. Linux 6.7 or newer, and leave to make namespaces.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { buildFolder } from '../lib/paths.mjs';
import { runner, target } from './sysroot.mjs';

/** The first 20 bytes of an arm64 ELF file, and which of their bits count. */
const magic = '\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00';
const mask =
  '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff';
/** Folders below build/ that hold what is of one machine. */
const ownFolders = ['Release', 'test-addons', 'stamps'];
const script = `set -e
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
printf '%s' ":benchmem-arm64:M::${magic}:${mask}:$BENCHMEM_RUNNER:F" > /proc/sys/fs/binfmt_misc/register
for name in ${ownFolders.join(' ')}; do mount --bind "$BENCHMEM_ARM64/$name" "$BENCHMEM_BUILD/$name"; done
exec "$@"`;

/** The command as it is started inside: program, arguments and environment. */
export function inside(words) {
  for (const base of [target.folder, buildFolder]) {
    for (const name of ownFolders) mkdirSync(`${base}/${name}`, { recursive: true });
  }
  const [command, ...args] = [
    'unshare',
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    ...words,
  ];
  return {
    command,
    args,
    env: { BENCHMEM_RUNNER: runner, BENCHMEM_ARM64: target.folder, BENCHMEM_BUILD: buildFolder },
  };
}

/** Why there is no such namespace on this machine; undefined if there is. */
export function whyNoNamespace(node) {
  const { command, args, env } = inside([node, '--version']);
  const done = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  if (done.error) return done.error.message;
  return done.status === 0
    ? undefined
    : done.stderr.trim().split('\n').at(-1) || `it ended with ${done.status}`;
}
