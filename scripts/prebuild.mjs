// Fills prebuilds/<platform>/: the addon and the preload library, each with its C library in the name; for this machine
// through prebuildify, for the others with their cross compilers. Where one is missing, it says so and leaves that
// machine out; --all, which npm pack asks for, refuses instead.
// prebuildify works in a folder of its own, because it empties build/ and moves what it finds there.
import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { crossBuildNative, nativeInputs } from './build-native.mjs';
import { nodeDir } from './lib/node-headers.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { crossCompilerVersion, hostTarget, requireCompiler, targetNames, targetOf } from './lib/targets.mjs';
import { compilerVersion } from './lib/toolchain.mjs';
import { setup } from './setup.mjs';

const stage = `${buildFolder}/prebuild`;
const libc = 'glibc';

function layOutStage() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const file of ['package.json', 'binding.gyp']) cpSync(`${root}/${file}`, `${stage}/${file}`);
  for (const folder of ['native', 'scripts', 'node_modules'])
    symlinkSync(`${root}/${folder}`, `${stage}/${folder}`);
}

async function runPrebuildify() {
  layOutStage();
  const require = createRequire(import.meta.url);
  const output = `${stage}/prebuilds/${hostTarget}`;
  await runQuietly(
    'prebuildify',
    process.execPath,
    [
      require.resolve('prebuildify/bin.js'),
      '--napi',
      '--strip',
      '--tag-libc',
      '-t',
      `node@${process.versions.node}`,
    ],
    {
      cwd: stage,
      env: { npm_config_nodedir: nodeDir(), PREBUILD_NODE_GYP: `${root}/node_modules/.bin/node-gyp` },
    },
  );
  renameSync(`${output}/libbenchmem.so`, `${output}/libbenchmem.${libc}.so`);
  const target = `${root}/prebuilds/${hostTarget}`;
  rmSync(target, { recursive: true, force: true });
  renameSync(output, target);
  rmSync(stage, { recursive: true, force: true });
}

const prebuilt = ({ name }) =>
  [`benchmem.${libc}.node`, `libbenchmem.${libc}.so`].map((file) => `${root}/prebuilds/${name}/${file}`);

// What the cross build links is stripped.
async function prebuildOther(target) {
  await crossBuildNative(target);
  rmSync(`${root}/prebuilds/${target.name}`, { recursive: true, force: true });
  mkdirSync(`${root}/prebuilds/${target.name}`, { recursive: true });
  prebuilt(target).forEach((file, index) => {
    copyFileSync(target.outputs[index], file);
  });
}

/** `all`: refuses where a machine's compiler is missing. */
export async function prebuild({ all = false } = {}) {
  const targets = targetNames.map(targetOf);
  if (all) targets.forEach(requireCompiler);
  await setup({ testAddons: false });
  const host = targetOf(hostTarget);
  await withBuildLock(() =>
    step('prebuilt binaries', {
      inputs: [...nativeInputs(host), 'scripts/prebuild.mjs'],
      outputs: prebuilt(host),
      salt: compilerVersion(),
      run: runPrebuildify,
    }),
  );
  for (const target of targets.filter(({ isHost }) => !isHost)) {
    if (crossCompilerVersion(target) !== undefined) {
      await prebuildOther(target);
    } else {
      process.stdout.write(`  no binaries for ${target.name}: apt-get install ${target.compiler}\n`);
      rmSync(`${root}/prebuilds/${target.name}`, { recursive: true, force: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(() => {
    const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
    return prebuild(values);
  });
}
