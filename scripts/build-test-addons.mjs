// Builds the tests' own addons: test/addons/<name>/ -> build/test-addons/<name>.node, and its preload.c or
// preload.cpp, where there is one, -> build/test-addons/lib<name>.so. Plain Node-API, no node-gyp. What includes v8.h is
// for the running Node alone, and is left out where its headers are not installed.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { nodeApiIncludeDir } from './lib/node-headers.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { compilerVersion, requirePrograms } from './lib/toolchain.mjs';

const sourceFolder = `${root}/test/addons`;
const outputFolder = `${buildFolder}/test-addons`;

// WHY no builtins and no dead-allocation removal: what a test allocates must really be called.
const flags = [
  '-O1',
  '-g',
  '-shared',
  '-fPIC',
  '-pthread',
  '-fno-builtin',
  '-fno-allocation-dce',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-DNAPI_VERSION=8',
];

function sourcesOf(name) {
  const files = readdirSync(`${sourceFolder}/${name}`).filter((file) => /\.(c|cpp)$/.test(file));
  const isPreload = (file) => /^preload\.(c|cpp)$/.test(file);
  return { addon: files.filter((file) => !isPreload(file)), preload: files.filter(isPreload) };
}

const needsV8 = (name) =>
  sourcesOf(name).addon.some((file) =>
    readFileSync(`${sourceFolder}/${name}/${file}`, 'utf8').includes('<v8.h>'),
  );

async function compile(name, sources, output) {
  // Objects first: the language of each file decides its compiler, the C++ driver links.
  const objects = [];
  mkdirSync(`${outputFolder}/objects`, { recursive: true });
  for (const source of sources) {
    const isCpp = source.endsWith('.cpp');
    const object = `${outputFolder}/objects/${name}-${source}.o`;
    const args = [
      ...flags.filter((flag) => flag !== '-shared'),
      isCpp ? '-std=c++17' : '-std=gnu11',
      '-c',
      `-I${nodeApiIncludeDir()}`,
      `-I${root}/native`,
      `-I${root}/native/include`,
      `${sourceFolder}/${name}/${source}`,
      '-o',
      object,
    ];
    await runQuietly(`test-addon-${name}`, isCpp ? 'g++' : 'gcc', args);
    objects.push(object);
  }
  const driver = sources.some((source) => source.endsWith('.cpp')) ? 'g++' : 'gcc';
  await runQuietly(`test-addon-${name}`, driver, ['-shared', '-pthread', ...objects, '-ldl', '-o', output]);
}

async function buildOne(name) {
  const { addon, preload } = sourcesOf(name);
  const jobs = [
    { sources: addon, output: `${outputFolder}/${name}.node` },
    { sources: preload, output: `${outputFolder}/lib${name}.so` },
  ].filter((job) => job.sources.length > 0);
  if (jobs.length === 0 || (needsV8(name) && !existsSync(`${nodeApiIncludeDir()}/v8.h`))) return;
  await step(`test addon ${name}`, {
    inputs: [
      `test/addons/${name}`,
      'examples/native-allocator',
      'native/include',
      'scripts/build-test-addons.mjs',
    ],
    outputs: jobs.map((job) => job.output),
    salt: `${compilerVersion()} ${needsV8(name) ? process.version : ''}`,
    run: async () => {
      for (const job of jobs) await compile(name, job.sources, job.output);
    },
  });
}

/** Builds the named folders of test/addons; all of them when none is named. */
export function buildTestAddons(names = []) {
  if (!existsSync(sourceFolder)) return;
  return withBuildLock(async () => {
    requirePrograms(['gcc', 'g++']);
    const folders = readdirSync(sourceFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const wanted = folders
      .map((folder) => folder.name)
      .filter((name) => names.length === 0 || names.includes(name));
    for (const name of wanted) await buildOne(name);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(() => buildTestAddons(process.argv.slice(2)));
}
