#!/usr/bin/env node
// Gets jemalloc's source (verified by its checksum), builds the static library that libbenchmem.so links.
// Idempotent: does nothing when native/vendor/build is up to date. Node built-ins only.
// --target linux-arm64: for another machine, into native/vendor/build-linux-arm64.
// Must not install packages, change the machine's configuration, or leave a half-made result behind.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { downloadDebianSource } from './debian-source.mjs';
import { hostTarget, targetOf } from './lib/targets.mjs';

const version = '5.3.0';
const sha256 = '2db82d1e7119df3e71b7640219b6dfe84789bc0537983c3b7ac4f7189aecfeaa';
const releaseUrl = `https://github.com/jemalloc/jemalloc/releases/download/${version}/jemalloc-${version}.tar.bz2`;

const root = fileURLToPath(new URL('..', import.meta.url));
const vendor = path.join(root, 'native', 'vendor');
const tarball = path.join(vendor, `jemalloc-${version}.tar.bz2`);
const { values: options } = parseArgs({ options: { target: { type: 'string', default: hostTarget } } });
const target = targetOf(options.target);
// WHY: each target has a source of its own, because two configures of one tree mix what they make.
const source = path.join(vendor, `jemalloc-${version}${target.isHost ? '' : `-${target.name}`}`);
const build = target.vendorBuild;
const floorHeader = path.join(root, 'native', 'abi', 'glibc_floor.h');

// WHY: lg-vaddr is given, because configure asks the CPU of the build machine for it otherwise. Cache-oblivious placement is off,
// because it puts a page of random padding in front of each large block, which would be measured as mapped.
const configureFlags = [
  '--with-jemalloc-prefix=bm_je_',
  '--with-private-namespace=bm_jei_',
  '--with-lg-vaddr=48',
  '--disable-cxx',
  '--enable-stats',
  '--disable-shared',
  '--enable-static',
  '--disable-fill',
  '--disable-cache-oblivious',
  '--without-export',
  '--disable-doc',
  ...target.jemalloc,
];
const cflags = ['-O3', '-g0', '-fPIC', '-fvisibility=hidden', '-include', floorHeader].join(' ');

class VendorError extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

const say = (line) => process.stdout.write(`jemalloc ${version}: ${line}\n`);
const digest = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

// What the build consists of. The internal headers: the hooks have jemalloc's own fast path inlined.
const headers = path.join('include', 'jemalloc');
const products = [
  path.join('lib', 'libjemalloc_pic.a'),
  path.join(headers, 'jemalloc.h'),
  path.join(headers, 'internal'),
];

/** Everything that decides what the build looks like; a change of it rebuilds. */
function stampText() {
  const floor = createHash('sha256').update(fs.readFileSync(floorHeader)).digest('hex');
  return `${JSON.stringify({ version, sha256, configureFlags, cflags: cflags.replace(root, ''), floor, products }, null, 2)}\n`;
}

function isUpToDate() {
  if (![...products, 'stamp.json'].every((file) => fs.existsSync(path.join(build, file)))) return false;
  return fs.readFileSync(path.join(build, 'stamp.json'), 'utf8') === stampText();
}

function requireTools() {
  const tools = [
    [
      target.env.CC ?? process.env.CC ?? 'gcc',
      ['--version'],
      target.isHost ? 'build-essential' : target.compiler,
    ],
    ['make', ['--version'], 'build-essential'],
    ['tar', ['--version'], 'tar'],
    ['bzip2', ['--help'], 'bzip2'],
  ];
  const missing = tools.filter(([tool, args]) => spawnSync(tool, args, { stdio: 'ignore' }).error);
  if (missing.length === 0) return;
  const names = missing.map(([tool]) => tool).join(', ');
  const packages = [...new Set(missing.map(([, , name]) => name))].join(' ');
  throw new VendorError(`cannot build without ${names}`, `apt-get install ${packages}`);
}

/** Moves a candidate into the cache when its checksum is right; says why when it is not. */
function accept(candidate) {
  const found = digest(candidate);
  if (found !== sha256)
    throw new Error(`${path.basename(candidate)} has sha256 ${found}, expected ${sha256}`);
  if (path.resolve(candidate) === path.resolve(tarball)) return;
  fs.copyFileSync(candidate, `${tarball}.part`);
  fs.renameSync(`${tarball}.part`, tarball);
}

async function fetchRelease(folder) {
  const response = await fetch(releaseUrl, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${releaseUrl} answered ${response.status}`);
  const file = path.join(folder, path.basename(tarball));
  fs.writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
  return file;
}

/** The tarball inside BENCHMEM_JEMALLOC_SOURCE, or undefined when it is an unpacked source folder. */
function givenTarball(given) {
  if (!fs.existsSync(given)) {
    throw new VendorError(
      `BENCHMEM_JEMALLOC_SOURCE=${given} does not exist`,
      'name a tarball or an unpacked folder',
    );
  }
  if (fs.statSync(given).isFile()) return given;
  const names = [path.basename(tarball), `jemalloc_${version}.orig.tar.bz2`];
  const inside = names.map((name) => path.join(given, name)).find((file) => fs.existsSync(file));
  if (inside || fs.existsSync(path.join(given, 'configure'))) return inside;
  throw new VendorError(
    `${given} holds neither ${names.join(' nor ')} nor jemalloc's configure`,
    'name another folder',
  );
}

/** Puts the verified tarball at native/vendor/, from the first place that has it. */
async function obtainTarball() {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'benchmem-jemalloc-'));
  const places = [
    ["Debian's source package", () => downloadDebianSource('jemalloc', scratch)],
    ['the upstream release', () => fetchRelease(scratch)],
  ];
  const failures = [];
  try {
    for (const [name, obtain] of places) {
      say(`getting the source from ${name}`);
      try {
        accept(await obtain());
        return;
      } catch (error) {
        failures.push(`${name}: ${error.cause?.message ?? error.message}`);
      }
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  const hint = `put jemalloc-${version}.tar.bz2 somewhere and set BENCHMEM_JEMALLOC_SOURCE to its path`;
  throw new VendorError(`no source found\n  ${failures.join('\n  ')}`, hint);
}

/** Lays the source tree at native/vendor/jemalloc-5.3.0. */
async function unpackSource() {
  fs.rmSync(source, { recursive: true, force: true });
  const given = process.env.BENCHMEM_JEMALLOC_SOURCE;
  const chosen = given ? givenTarball(given) : tarball;
  if (chosen === undefined) {
    const found = fs.existsSync(path.join(given, 'VERSION'))
      ? fs.readFileSync(path.join(given, 'VERSION'), 'utf8')
      : '';
    if (!found.startsWith(`${version}-`)) {
      throw new VendorError(
        `${given} is jemalloc ${found.trim() || 'of an unknown version'}`,
        `give ${version}`,
      );
    }
    say(`using the unpacked source in ${given} (no checksum can be verified)`);
    fs.cpSync(given, source, { recursive: true });
    // What was built there before may have had other flags.
    if (fs.existsSync(path.join(source, 'Makefile'))) await runLogged('make', ['distclean'], source);
    return;
  }
  if (given) {
    try {
      accept(chosen);
    } catch (error) {
      throw new VendorError(
        error.message,
        'BENCHMEM_JEMALLOC_SOURCE must be the upstream tarball, unchanged',
      );
    }
  } else if (!fs.existsSync(tarball) || digest(tarball) !== sha256) {
    await obtainTarball();
  }
  say('checksum verified, unpacking');
  fs.mkdirSync(source, { recursive: true });
  const strip = ['--no-same-owner', '--strip-components=1'];
  await runLogged('tar', ['-xjf', tarball, ...strip, '-C', source], vendor);
}

/** Runs a command with its output in native/vendor/build.log; a failure shows the end of it. */
function runLogged(command, args, cwd, environment = {}) {
  const logFile = path.join(vendor, 'build.log');
  const log = fs.openSync(logFile, 'a');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', log, log],
    });
    child.on('error', reject);
    child.on('close', (code) => {
      fs.closeSync(log);
      if (code === 0) return resolve();
      const tail = fs.readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
      const hint = 'a missing header or compiler: apt-get install build-essential';
      reject(new VendorError(`${command} failed (${code}); the end of ${logFile}:\n${tail}`, hint));
    });
  });
}

async function compile() {
  say('configuring');
  await runLogged('sh', ['./configure', ...configureFlags], source, {
    ...target.env,
    CFLAGS: cflags,
    EXTRA_CFLAGS: '',
  });
  say('compiling (about half a minute)');
  await runLogged('make', ['-j2', 'lib/libjemalloc_pic.a'], source);
  fs.rmSync(build, { recursive: true, force: true });
  for (const product of products) {
    fs.cpSync(path.join(source, product), path.join(build, product), { recursive: true });
  }
  fs.writeFileSync(path.join(build, 'stamp.json'), stampText()); // last: it says that the rest is complete
}

/** Two builds side by side (node-gyp and CMake) must not share a half-unpacked tree: one waits for the other. */
async function withLock(work) {
  const lock = path.join(vendor, 'build.lock');
  fs.mkdirSync(vendor, { recursive: true });
  for (let told = false; ; told = true) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(fs.readFileSync(lock, { encoding: 'utf8', flag: 'a+' }));
    if (owner > 0 && !fs.existsSync(`/proc/${owner}`)) {
      fs.rmSync(lock, { force: true });
      continue;
    }
    if (!told) say(`waiting for another build (process ${owner})`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

async function main() {
  await withLock(async () => {
    if (isUpToDate()) return say('up to date');
    requireTools();
    fs.rmSync(path.join(vendor, 'build.log'), { force: true });
    await unpackSource();
    await compile();
    say(`built ${path.relative(root, build)}/lib/libjemalloc_pic.a`);
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof VendorError)) throw error;
  process.stderr.write(`benchmem: jemalloc ${version}: ${error.message}\n  hint: ${error.hint}\n`);
  process.exitCode = 1;
}
