// The plug-in for vitest's configuration: puts the runner, the set-up file and the reporter in place, project by project.
// Runs in vitest's main process and measures nothing.
import { fileURLToPath } from 'node:url';
import type { TestProject, Vitest, VitestPluginContext } from 'vitest/node';
import { BenchmemError } from '../../errors.js';
import { defined } from '../../shapes.js';
import { handedPreload } from '../../testing/process-tests.js';
import { projectSettings } from '../../testing/project-settings.js';
import { readSettings, type TestSettings, type TestsConfig } from '../../testing/settings.js';
import { spoolVariable } from '../../testing/spool.js';
import { type Provided, providedKey } from './provided.js';
import MemoryReporter from './reporter.js';

export interface MemoryOptions extends TestSettings {
  /** Tests in the report, by peak; 5 unless given, 0: all. */
  readonly most?: number;
}

export interface MemoryPlugin {
  readonly name: string;
  configureVitest(context: VitestPluginContext): Promise<void>;
}

const runnerFile = fileURLToPath(new URL('./runner.js', import.meta.url));
const setupFile = fileURLToPath(new URL('./setup.js', import.meta.url));
// Vitest finds the file before it asks the plug-in.
const providers = ['benchmem/vitest', fileURLToPath(new URL('./index.js', import.meta.url))];
const benchReporter = new URL('./bench-reporter.js', import.meta.url).href;
const packageFiles = /[\\/]benchmem[\\/]dist[\\/]/;

/**
 * Limits and a memory report for the tests of a project: `plugins: [memory({ limits: { peak: '64 MB' } })]`. Only tests with a
 * limit are measured until a report is asked for. Throws INVALID_OPTION.
 */
export function memory(options: MemoryOptions = {}): MemoryPlugin {
  const { most, ...given } = options;
  const settings = readSettings(given, 'memory()');
  const run = new PluginRun(settings, most);
  return { name: 'benchmem', configureVitest: ({ vitest, project }) => run.configure(vitest, project) };
}

/** What one vitest has of the plug-in; a workspace configures each of its projects. */
class PluginRun {
  readonly #settings: TestSettings;
  readonly #most: number | undefined;
  #project: Promise<TestsConfig> | undefined;
  #hasReporter = false;
  #hasBenchReporter = false;
  #saidBrowser = false;

  constructor(settings: TestSettings, most: number | undefined) {
    this.#settings = settings;
    this.#most = most;
  }

  async configure(vitest: Vitest, project: TestProject): Promise<void> {
    refuseOlder(vitest.version);
    const { config } = project;
    if (config.browser?.enabled === true) {
      this.#sayBrowser(vitest, project.name);
      return;
    }
    refuseThreads(config, project.name);
    const hasOwnRunner = config.runner !== undefined && config.runner !== runnerFile;
    if (!hasOwnRunner) config.runner = runnerFile;
    if (!config.setupFiles.includes(setupFile)) config.setupFiles.push(setupFile);
    config.includeTaskLocation = true;
    config.execArgv = [...(config.execArgv ?? []), ...(handedPreload()?.flags ?? [])];
    keepOutsideVite(config);
    this.#project ??= projectSettings(vitest.config.root);
    const { most = 5, ...ofProject } = await this.#project;
    const provided: Provided = {
      ofProject,
      ofPlugin: this.#settings,
      version: vitest.version,
      root: config.root,
      aroundHooks: hasOwnRunner,
      ...defined({ project: vitest.projects.length > 1 ? project.name : undefined }),
    };
    // Vitest 4 has no such setting.
    const { provider } = (config.benchmark ?? {}) as { readonly provider?: string };
    if (provider !== undefined && providers.includes(provider)) await this.#reportBenchmarks(vitest);
    project.provide(providedKey as never, provided as never);
    if ((this.#settings.report ?? ofProject.report) === true) this.#report(vitest, this.#most ?? most);
  }

  // A command that named the spool makes the report itself.
  #report(vitest: Vitest, most: number): void {
    if (this.#hasReporter || process.env[spoolVariable]) return;
    this.#hasReporter = true;
    vitest.config.reporters.push(new MemoryReporter({ most }) as never);
  }

  // WHY: it is imported on demand, because few runs have benchmarks, and the twin that is no ES module cannot load what lays out
  // text.
  async #reportBenchmarks({ config }: Vitest): Promise<void> {
    if (this.#hasBenchReporter) return;
    this.#hasBenchReporter = true;
    const { BenchReporter } = (await import(benchReporter)) as typeof import('./bench-reporter.js');
    config.reporters.push(new BenchReporter() as never);
  }

  #sayBrowser(vitest: Vitest, name: string): void {
    if (this.#saidBrowser) return;
    this.#saidBrowser = true;
    const which = name === '' ? 'a project' : `the project ${name}`;
    vitest.logger.log(`benchmem measures nothing in ${which}, because its tests run in a browser`);
  }
}

// Before 4.1 a test has no `meta` of its own, and its body no hook around it.
function refuseOlder(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 4 || (major === 4 && minor >= 1)) return;
  throw new BenchmemError(
    'NOT_AVAILABLE',
    `memory() works in vitest 4.1 and newer, and this is vitest ${version}`,
    'update vitest; limitMemory and limitLeaks of benchmem/limits work in any version',
  );
}

// One worker never has a second one beside it.
function refuseThreads({ pool, maxWorkers }: TestProject['config'], name: string): void {
  if ((pool !== 'threads' && pool !== 'vmThreads') || maxWorkers === 1) return;
  throw new BenchmemError(
    'INVALID_OPTION',
    `${name === '' ? 'the tests' : `the tests of ${name}`} run in vitest's pool ${pool}, whose threads share one allocator`,
    "benchmem measures one test at a time per process: set pool: 'forks' (vitest's default), or maxWorkers: 1",
  );
}

// WHY: a package that is linked from outside node_modules would be transformed, and run as a second copy.
function keepOutsideVite({ server }: TestProject['config']): void {
  const { deps } = server;
  if (deps === undefined) return;
  deps.external = [...(deps.external ?? []), packageFiles];
}
