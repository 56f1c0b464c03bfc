// Builds libbenchmem.so from a copy of native/ with one textual change, in a folder of its own.
// Must not touch native/ or build/: no broken tracker can ship.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { doctestInclude, fetchDoctest } from '../../scripts/lib/debian.mjs';
import { root, vendorBuild } from '../../scripts/lib/paths.mjs';
import type { Mutant } from './mutants.js';

const run = promisify(execFile);
// binding.gyp names the same for libbenchmem; a missing one fails to link.
const groups = [
  'tracker',
  'profile',
  'callers',
  'mappings',
  'reports',
  'backend',
  'preload_parts',
  'preload',
];

/** The source files of one group of native/sources.json. */
export function sourcesOf(group: string): readonly string[] {
  const lists = JSON.parse(readFileSync(join(root, 'native/sources.json'), 'utf8')) as Record<
    string,
    string[]
  >;
  return lists[group] ?? [];
}

export function applyMutant(text: string, mutant: Mutant): string {
  const occurrences = text.split(mutant.anchor).length - 1;
  if (occurrences !== 1) {
    throw new Error(
      `${mutant.file}: the anchor of '${mutant.name}' occurs ${occurrences} times; rewrite the mutant`,
    );
  }
  return text.replace(mutant.anchor, () => mutant.replacement);
}

function copyNative(folder: string, mutant?: Mutant): string {
  const native = join(folder, 'native');
  mkdirSync(native, { recursive: true });
  cpSync(join(root, 'native'), native, {
    recursive: true,
    filter: (source) => !source.startsWith(join(root, 'native', 'vendor')),
  });
  if (mutant !== undefined) {
    const file = join(native, mutant.file);
    writeFileSync(file, applyMutant(readFileSync(file, 'utf8'), mutant));
  }
  return native;
}

// The tests' entry point, which no mutant changes.
let compiledMain: Promise<string> | undefined;

async function compileMain(flags: readonly string[]): Promise<string> {
  const object = join(mkdtempSync(join(tmpdir(), 'benchmem-main-')), 'test_main.o');
  await run('g++', [...flags, '-c', join(root, 'test/native/test_main.cpp'), '-o', object]);
  process.once('exit', () => rmSync(dirname(object), { recursive: true, force: true }));
  return object;
}

/** Builds one C++ test with source files of native/, and runs it: whether it passes. */
export async function passesTest(
  folder: string,
  test: string,
  sources: readonly string[],
  mutant?: Mutant,
): Promise<boolean> {
  await fetchDoctest();
  const native = copyNative(folder, mutant);
  const program = join(folder, 'test');
  const files = [join(root, test), ...sources.map((source) => join(native, source))];
  const include = doctestInclude();
  const flags = ['-O1', '-std=gnu++17', `-I${native}`, ...(include === undefined ? [] : [`-I${include}`])];
  compiledMain ??= compileMain(flags);
  await run('g++', [
    ...flags,
    ...files,
    await compiledMain,
    '-pthread',
    '-ldl',
    '-Wl,-z,lazy',
    '-o',
    program,
  ]);
  // WHY: it ends at one failure, because thousands overflow execFile's buffer, which then ends the program inside doctest's
  // output, where its handler of SIGTERM waits for ever.
  return run(program, ['--abort-after=1'], { killSignal: 'SIGKILL' }).then(
    () => true,
    () => false,
  );
}

/** What the compiler says of one file of native/, with the mutant's change in it; empty when it is content. */
export async function compilerMessages(file: string, mutant?: Mutant): Promise<string> {
  const source = readFileSync(join(root, 'native', file), 'utf8');
  const changed = mutant === undefined ? source : applyMutant(source, mutant);
  const args = ['-std=gnu++17', '-fsyntax-only', `-I${join(root, 'native')}`, '-x', 'c++', '-'];
  const compiler = execFile('g++', args);
  compiler.stdin?.end(changed);
  return compiler.stderr === null ? '' : await text(compiler.stderr);
}

/** `mutant` undefined: the library as it is, built the same way. Resolves to the library's path. */
export async function buildLibrary(folder: string, mutant?: Mutant): Promise<string> {
  const native = copyNative(folder, mutant);
  const library = join(folder, 'libbenchmem.so');
  await compile(native, folder, library);
  return library;
}

async function compile(native: string, folder: string, library: string): Promise<void> {
  const lists = JSON.parse(readFileSync(join(native, 'sources.json'), 'utf8')) as Record<string, string[]>;
  const sources = groups.flatMap((group) => lists[group] ?? []);
  const flags = [
    ...[
      '-O1',
      '-fPIC',
      '-pthread',
      '-std=gnu++17',
      '-fno-exceptions',
      '-fno-rtti',
      '-fno-threadsafe-statics',
    ],
    ...['-fvisibility=hidden', '-DBENCHMEM_PRELOAD', '-include', join(native, 'abi/glibc_floor.h')],
    ...[`-I${native}`, `-I${join(vendorBuild, 'include')}`],
  ];
  const objects = sources.map((source) => join(folder, `${source.replaceAll('/', '-')}.o`));
  const compileOne = async (source: string, object: string): Promise<void> => {
    await run('g++', [...flags, '-c', join(native, source), '-o', object]);
  };
  // Two at a time: the machine's other half stays free.
  for (let index = 0; index < sources.length; index += 2) {
    const pair = [index, index + 1].flatMap((at) => {
      const source = sources[at];
      const object = objects[at];
      return source === undefined || object === undefined ? [] : [compileOne(source, object)];
    });
    await Promise.all(pair);
  }
  const jemalloc = join(vendorBuild, 'lib/libjemalloc_pic.a');
  const link = [
    '-shared',
    '-nodefaultlibs',
    '-Wl,--exclude-libs,ALL',
    '-Wl,-z,nodelete',
    '-Wl,-z,now',
    '-Wl,--no-undefined',
    '-o',
    library,
  ];
  await run('gcc', [...link, ...objects, jemalloc, '-lc', '-lgcc']);
}
