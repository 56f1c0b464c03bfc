// Fills prebuilds/<platform>/ through prebuildify: the addon and the preload library, each with its C library
// in the name. Works in a folder of its own, because prebuildify empties build/ and moves what it finds there.
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { nativeInputs } from './build-native.mjs';
import { nodeDir } from './lib/node-headers.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { compilerVersion } from './lib/toolchain.mjs';
import { setup } from './setup.mjs';

const stage = `${buildFolder}/prebuild`;
const platform = `${process.platform}-${process.arch}`;
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
  const output = `${stage}/prebuilds/${platform}`;
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
  const target = `${root}/prebuilds/${platform}`;
  rmSync(target, { recursive: true, force: true });
  renameSync(output, target);
  rmSync(stage, { recursive: true, force: true });
}

export async function prebuild() {
  await setup({ testAddons: false });
  await withBuildLock(() =>
    step('prebuilt binaries', {
      inputs: [...nativeInputs, 'scripts/prebuild.mjs'],
      outputs: [`benchmem.${libc}.node`, `libbenchmem.${libc}.so`].map(
        (file) => `${root}/prebuilds/${platform}/${file}`,
      ),
      salt: compilerVersion(),
      run: runPrebuildify,
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runScript(prebuild);
