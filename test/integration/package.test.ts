// The npm package as a user gets it: packed, installed without scripts and without a compiler, then used.
// Builds the prebuilt binaries first when they are stale.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossCompilerVersion, targetNames, targetOf } from '../../scripts/lib/targets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let project: string;
let tarball: string;
let packedFiles: string[];

/** A PATH on which node is the only program. */
let barePath: string;

function run(program: string, args: string[], options: { cwd: string; bare?: boolean }): string {
  const env = { ...process.env, ...(options.bare ? { PATH: barePath } : {}) };
  return execFileSync(program, args, {
    cwd: options.cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** npm's own script: run by path, so that the PATH given to it is the one that counts. */
function npmScript(): string {
  const fromEnvironment = process.env.npm_execpath;
  if (fromEnvironment?.endsWith('.js') && existsSync(fromEnvironment)) return fromEnvironment;
  const prefix = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  return join(prefix, 'npm/bin/npm-cli.js');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-package-'));
  barePath = join(folder, 'bin');
  mkdirSync(barePath);
  symlinkSync(process.execPath, join(barePath, 'node'));
  run(process.execPath, ['scripts/prebuild.mjs'], { cwd: root });
  const packed = run(
    process.execPath,
    [npmScript(), 'pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    {
      cwd: root,
    },
  );
  const listing = Object.values(
    JSON.parse(packed) as Record<string, { filename: string; files: { path: string }[] }>,
  );
  const [content] = listing;
  if (content === undefined) throw new Error(`npm pack said: ${packed}`);
  tarball = join(folder, content.filename);
  packedFiles = content.files.map((file) => file.path);
  project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "version": "1.0.0", "private": true }\n');
  run(
    process.execPath,
    [npmScript(), 'install', tarball, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    {
      cwd: project,
      bare: true,
    },
  );
}, 600_000);

afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const measureTenBuffers = `
  const result = await measureMemory(() => Array.from({ length: 10 }, () => Buffer.allocUnsafeSlow(1 << 20)));
  console.log(JSON.stringify({ peak: result.native.peakBytes, allocations: result.allocations }));`;

function expectTenBuffers(output: string): void {
  const { peak, allocations } = JSON.parse(output) as { peak: number; allocations: number };
  expect(peak).toBeGreaterThanOrEqual(10 << 20);
  expect(peak).toBeLessThan(11 << 20);
  expect(allocations).toBeGreaterThanOrEqual(10);
}

function manifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

function bytesBelow(path: string): number {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

// Binaries for linux-arm64 are 1 MB of it. Of this package itself 4.9 MB: histories, the dashboard and what test runners load are 1.2 MB of it, twins for CommonJS among
// them. Whoever raises this says what for.
const installedBudget = 24_000_000;

/** Files that a module loads or starts by a path from its own place, as the text has them. */
function placesIn(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/^\s*(?:\*|\/[/*]).*$/gm, '');
  const places = /(?:\bnew URL|\bresolve)\(\s*["'](\.{1,2}\/[^"']+\.js)["']/g;
  return [...text.matchAll(places)].map(([, path = '']) => join(file, '..', path));
}

describe('the packed package', () => {
  it('carries each module that another one loads or starts by its path', () => {
    const modules = packedFiles.filter((file) => /^dist\/(?!program\/|cjs\/).*\.js$/.test(file));
    const places = modules.flatMap(placesIn);
    expect(places).toContain('dist/integrations/vitest/bench-reporter.js');
    // Hints name a user's ./job.js so.
    const missing = places.filter((file) => !packedFiles.includes(file) && !file.endsWith('/job.js'));
    expect(missing).toEqual([]);
  });

  it('carries both binaries, the built code and the header for addons', () => {
    expect(packedFiles).toEqual(
      expect.arrayContaining([
        ...targetNames
          .filter((name) => existsSync(join(root, 'prebuilds', name)))
          .flatMap((name) => [
            `prebuilds/${name}/benchmem.glibc.node`,
            `prebuilds/${name}/libbenchmem.glibc.so`,
          ]),
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cjs/index.js',
        'dist/cjs/index.d.ts',
        'dist/cjs/package.json',
        'bin/benchmem.js',
        'native/include/benchmem_allocator.h',
        'LICENSE',
        'THIRD_PARTY_NOTICES.md',
      ]),
    );
  });

  // Where a compiler is missing, scripts/prebuild.mjs says so, and npm pack refuses.
  it('is for each machine that has a compiler here', () => {
    const compiled = targetNames.filter((name) => crossCompilerVersion(targetOf(name)) !== undefined);
    expect(
      readdirSync(join(root, 'prebuilds'))
        .filter((name) => name.includes('-'))
        .sort(),
    ).toEqual(compiled.sort());
    expect(compiled).toContain(`${process.platform}-${process.arch}`);
  });

  // pnpm 9 and yarn 1 build every package that has a binding.gyp.
  it('carries nothing that is there to build from source', () => {
    const building = packedFiles.filter((file) =>
      /\.(gyp|gypi|cpp|cc|c|mk|bz2)$|(^|\/)(CMakeLists\.txt|Makefile)$|^scripts\/|^native\/(?!include\/)/.test(
        file,
      ),
    );
    expect(building).toEqual([]);
    const { dependencies } = manifest();
    // What finds the binaries is no compiler: it only looks.
    expect(
      Object.keys(dependencies).filter((name) => /gyp|addon-api|headers|cmake|prebuild/.test(name)),
    ).toEqual(['node-gyp-build']);
  });

  it('carries nothing of the workshop', () => {
    const foreign = packedFiles.filter((file) =>
      /^(test|benchmarks|build|coverage|node_modules|\.)/.test(file),
    );
    expect(foreign).toEqual([]);
  });

  it('declares no install script', () => {
    const { scripts, gypfile } = manifest();
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
    // For npm in a checkout: it runs node-gyp by itself for a binding.gyp, unless the package says so.
    expect(gypfile).toBe(false);
  });
});

describe('installed without scripts and without a compiler', () => {
  // The big ones: esbuild's program 11.4 MB, this package 4.9 MB, valibot 1.9 MB, plotly 1.5 MB.
  it('takes no more than its budget, with all that it depends on', () => {
    const bytes = bytesBelow(join(project, 'node_modules'));
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(installedBudget);
  });

  // A shared object cannot be loaded from an archive.
  it('asks to be unpacked where packages stay in archives', () => {
    expect(manifest().preferUnplugged).toBe(true);
  });

  it('has no compiler on the PATH', () => {
    expect(readdirSync(barePath)).toEqual(['node']);
  });

  it('measures after import', () => {
    writeFileSync(join(project, 'esm.mjs'), `import { measureMemory } from 'benchmem';${measureTenBuffers}`);
    expectTenBuffers(run(process.execPath, ['esm.mjs'], { cwd: project, bare: true }));
  });

  it('measures after require', () => {
    writeFileSync(
      join(project, 'common.cjs'),
      `const { measureMemory } = require('benchmem');(async () => {${measureTenBuffers}})();`,
    );
    expectTenBuffers(run(process.execPath, ['common.cjs'], { cwd: project, bare: true }));
  });

  it('has one window per process, however it was loaded', () => {
    writeFileSync(
      join(project, 'both.mjs'),
      `import { createRequire } from 'node:module';
       import { openWindow } from 'benchmem';
       const window = openWindow();
       try {
         createRequire(import.meta.url)('benchmem').openWindow();
         console.log('opened twice');
       } catch (error) {
         console.log(error.code);
       }
       await window.close();`,
    );
    expect(run(process.execPath, ['both.mjs'], { cwd: project, bare: true }).trim()).toBe('WINDOW_OPEN');
  });

  it('measures in a preloaded child, from import and from require', () => {
    writeFileSync(
      join(project, 'job.mjs'),
      'export const run = () => Array.from({ length: 10 }, () => Buffer.allocUnsafeSlow(1 << 20));\n',
    );
    const isolated = `
      const url = require('node:url').pathToFileURL(require('node:path').join(__dirname, 'job.mjs')).href;
      const result = await measureMemory({ module: url, export: 'run' }, { isolate: true });
      console.log(JSON.stringify({ peak: result.native.peakBytes, allocations: result.allocations }));`;
    writeFileSync(
      join(project, 'isolated.cjs'),
      `const { measureMemory } = require('benchmem');(async () => {${isolated}})();`,
    );
    expectTenBuffers(run(process.execPath, ['isolated.cjs'], { cwd: project, bare: true }));
    const cli = join(project, 'node_modules/.bin/benchmem');
    const table = run(process.execPath, [cli, 'measure', 'job.mjs', '--export', 'run', '--repeats', '2'], {
      cwd: project,
      bare: true,
    });
    expect(table).toMatch(/jemalloc/);
  });
});

describe('package checks', () => {
  it('publint has nothing to say', () => {
    const output = run(
      process.execPath,
      [join(root, 'node_modules/publint/src/cli.js'), 'run', tarball, '--strict'],
      {
        cwd: folder,
      },
    );
    expect(output).toMatch(/All good!/);
  });

  it('attw finds the types right for import and require', () => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const report = JSON.parse(run(process.execPath, [attw, tarball, '--format', 'json'], { cwd: folder }));
    expect(report.analysis.types).toEqual({ kind: 'included' });
    expect(report.problems ?? {}).toEqual({});
  });
});
