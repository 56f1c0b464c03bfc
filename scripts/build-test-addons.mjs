// Builds the tests' own addons: test/addons/<name>/ -> build/test-addons/<name>.node, and its preload.c or
// preload.cpp, where there is one, -> build/test-addons/lib<name>.so. Plain Node-API, no node-gyp. What includes v8.h is
// for the running Node alone, and is left out where its headers are not installed. A folder with a variants.json is
// built once per variant, with its flags: <name>-<variant>.node. Sources in Rust are left out where there is no rustc.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { nodeApiIncludeDir } from './lib/node-headers.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { firstLine, runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { compilerVersion, requirePrograms } from './lib/toolchain.mjs';

const sourceFolder = `${root}/test/addons`;
const outputFolder = `${buildFolder}/test-addons`;

// WHY: builtins and the removal of dead allocations are off, because what a test allocates must really be called.
const flags = [
  '-O1',
  '-g',
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
  const compiled = firstLine('rustc', ['--version']) === undefined ? /\.(c|cpp)$/ : /\.(c|cpp|rs)$/;
  const files = readdirSync(`${sourceFolder}/${name}`).filter((file) => compiled.test(file));
  const isPreload = (file) => /^preload\.(c|cpp)$/.test(file);
  return { addon: files.filter((file) => !isPreload(file)), preload: files.filter(isPreload) };
}

const needsV8 = (name) =>
  sourcesOf(name).addon.some((file) =>
    readFileSync(`${sourceFolder}/${name}/${file}`, 'utf8').includes('<v8.h>'),
  );

function variantsOf(name) {
  const file = `${sourceFolder}/${name}/variants.json`;
  return existsSync(file)
    ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))).map(([variant, flags]) => ({
        output: `${name}-${variant}`,
        variant: flags,
      }))
    : [{ output: name, variant: [] }];
}

// What a variant's flags for C mean to rustc.
function rustFlags(variant) {
  const has = (flag) => variant.includes(flag);
  return [
    ...['--edition', '2021', '--crate-type', 'staticlib', '-C', 'panic=abort', '-C', 'relocation-model=pic'],
    ...['-C', `opt-level=${has('-Os') ? 's' : '2'}`],
    ...['-C', `force-unwind-tables=${has('-fno-asynchronous-unwind-tables') ? 'no' : 'yes'}`],
    ...['-C', `force-frame-pointers=${has('-fno-omit-frame-pointer') ? 'yes' : 'no'}`],
  ];
}

function compilerOf(name, source, variant, defines) {
  const path = `${sourceFolder}/${name}/${source}`;
  if (source.endsWith('.rs')) return ['rustc', [...rustFlags(variant), path]];
  const isCpp = source.endsWith('.cpp');
  const includes = [`-I${nodeApiIncludeDir()}`, `-I${root}/native`, `-I${root}/native/include`];
  const language = isCpp ? '-std=c++17' : '-std=gnu11';
  return [isCpp ? 'g++' : 'gcc', [...flags, ...variant, ...defines, language, '-c', ...includes, path]];
}

async function compile(name, sources, { output, variant = [] }) {
  // Objects first: the language of each file decides its compiler, the C++ driver links.
  const objects = [];
  mkdirSync(`${outputFolder}/objects`, { recursive: true });
  const defines = sources.some((source) => source.endsWith('.rs')) ? ['-DWITH_RUST'] : [];
  for (const source of sources) {
    const object = `${outputFolder}/objects/${output.replaceAll('/', '-')}-${source}.${source.endsWith('.rs') ? 'a' : 'o'}`;
    const [compiler, args] = compilerOf(name, source, variant, defines);
    await runQuietly(`test-addon-${name}`, compiler, [...args, '-o', object]);
    objects.push(object);
  }
  const driver = sources.some((source) => source.endsWith('.cpp')) ? 'g++' : 'gcc';
  const link = ['-shared', '-pthread', ...objects, '-ldl', '-o', `${outputFolder}/${output}`];
  await runQuietly(`test-addon-${name}`, driver, link);
}

async function buildOne(name) {
  const { addon, preload } = sourcesOf(name);
  const jobs = [
    ...variantsOf(name).map(({ output, variant }) => ({ sources: addon, output: `${output}.node`, variant })),
    { sources: preload, output: `lib${name}.so` },
  ].filter((job) => job.sources.length > 0);
  if (jobs.length === 0 || (needsV8(name) && !existsSync(`${nodeApiIncludeDir()}/v8.h`))) return;
  await step(`test addon ${name}`, {
    inputs: [
      `test/addons/${name}`,
      'examples/native-allocator',
      'native/include',
      'scripts/build-test-addons.mjs',
    ],
    outputs: jobs.map((job) => `${outputFolder}/${job.output}`),
    salt: `${compilerVersion()} ${needsV8(name) ? process.version : ''}`,
    run: async () => {
      for (const job of jobs) await compile(name, job.sources, job);
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
