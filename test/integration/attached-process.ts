// Starts the measured children of the attached tests, with the counter preloaded where they compare with it, and
// compiles the libraries that they load.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';

const sources = `${root}/test/addons/completeness/libraries`;
const folder = `${buildFolder}/test-addons/completeness-libraries`;

interface Library {
  readonly source: string;
  readonly output: string;
  readonly flags?: readonly string[];
}

const libraries: readonly Library[] = [
  { source: 'constructor.c', output: 'libconstructor.so' },
  // One library under two names: the second may come to lie exactly where the first was.
  { source: 'constructor.c', output: 'libtwin1.so' },
  { source: 'constructor.c', output: 'libtwin2.so' },
  { source: 'target.c', output: 'hidden/libtarget.so' },
  // WHY: only this library's RUNPATH leads to the hidden folder.
  { source: 'caller.c', output: 'libcaller.so', flags: ['-Wl,--enable-new-dtags,-rpath,$ORIGIN/hidden'] },
];

/** Compiles the libraries; returns their folder. */
export function buildLibraries(): string {
  mkdirSync(`${folder}/hidden`, { recursive: true });
  for (const { source, output, flags = [] } of libraries) {
    const common = ['-O1', '-fno-builtin', '-shared', '-fPIC', `${sources}/${source}`, '-ldl'];
    execFileSync('gcc', [...common, '-o', `${folder}/${output}`, ...flags]);
  }
  return folder;
}

export interface ChildOptions {
  /** The counter that is preloaded under the hooks: completeness, or operators (which serves C++ by itself). */
  readonly counter?: 'completeness' | 'operators';
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a child to its end; its report. */
export async function runChild<Report>(entry: string, options: ChildOptions = {}): Promise<Report> {
  const { counter, flags = [], env = {} } = options;
  const preload = counter === undefined ? {} : { LD_PRELOAD: `${buildFolder}/test-addons/lib${counter}.so` };
  return runMeasured({
    node: process.env.BENCHMEM_TEST_NODE ?? process.execPath,
    file: bundleEntry(`test/integration/${entry}`),
    plan: { addon: testAddon('completeness'), libraries: folder },
    flags: [...flags],
    env: { ...env, ...preload },
  }) as Promise<Report>;
}
