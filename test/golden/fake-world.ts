// A terminal, a clock and an engine that answer the same in every run: runCli against them gives goldens.
import type { Command } from '../../src/cli/command.js';
import { runCli } from '../../src/cli/run-cli.js';
import type { Io, Output, World } from '../../src/cli/world.js';
import { BenchmemError } from '../../src/errors.js';
import { openFolderStore } from '../../src/runfile/folder-store.js';
import type { MemoryFigures } from '../../src/runfile/schema.js';
import type { ExportEntry } from '../../src/runner/exports.js';
import type { LoadFile } from '../../src/runner/list.js';
import type { CaseWork } from '../../src/runner/measure-case.js';
import { planExports } from '../../src/runner/plan-exports.js';
import type { PlannedCase } from '../../src/runner/planned.js';
import { runSuite } from '../../src/runner/run-suite.js';
import type { TimingResult } from '../../src/runner/timing-entry.js';

export interface FakeWorld {
  readonly columns?: number;
  /** True for an output whose width nobody said. */
  readonly unlimited?: boolean;
  readonly color?: boolean;
  readonly isTerminal?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What takes the place of this world's services. */
  readonly suite?: Partial<World>;
  /** The commands, if they are not those of the program. */
  readonly commands?: readonly Command[];
  readonly interrupted?: AbortSignal;
  /** What standard input holds. */
  readonly input?: string;
  /** The exports of each file, by its label; a file that is not here does not exist. */
  readonly modules?: Readonly<Record<string, readonly ExportEntry[]>>;
  readonly exec?: World['exec'];
  /** What the memory passes of an exported function give. */
  readonly measure?: (request: FakeMeasuring) => Promise<MemoryFigures>;
}

export interface FakeMeasuring {
  readonly target: { readonly file: string; readonly name: string };
  readonly onStep: CaseWork['onStep'];
  readonly planned: PlannedCase;
  readonly work: CaseWork;
}

export interface CliAnswer {
  /** An exit code, or the signal that a program died of. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A world without its streams. */
type Services = Omit<World, keyof Io>;

/** Runs the command line in this world. */
export async function runFake(argv: readonly string[], world: FakeWorld = {}): Promise<CliAnswer> {
  const stdout = new RecordedOutput(world);
  const stderr = new RecordedOutput(world);
  const io: Io = {
    stdout,
    stderr,
    readInput: async () => Buffer.from(world.input ?? ''),
    cwd: world.cwd ?? '/project',
    env: world.env ?? {},
    clock: { now: () => new Date('2026-01-02T03:04:05.678Z'), elapsedMs: () => 1000, every: () => () => {} },
    interrupted: world.interrupted ?? new AbortController().signal,
  };
  const code = await runCli(argv, { ...io, ...fakeServices(world) }, world.commands);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

export function functions(...names: string[]): ExportEntry[] {
  return names.map((name) => ({ name, kind: 'function' }));
}

class RecordedOutput implements Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly color: boolean;
  readonly unlimited: boolean;
  text = '';

  constructor({ isTerminal = false, columns = 80, color = false, unlimited = false }: FakeWorld) {
    this.unlimited = unlimited;
    this.isTerminal = isTerminal;
    this.columns = columns;
    this.color = color;
  }

  write(content: string | Uint8Array): void {
    this.text += typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
  }
}

const facts: Pick<Services, 'version' | 'machineInfo' | 'commitInfo' | 'git'> = {
  version: '1.2.3',
  machineInfo: async () => ({ node: 'host', machine: 'x86_64', system: 'Linux' }),
  commitInfo: async () => ({ id: 'c0ffee', dirty: false, branch: 'main', project: 'project' }),
  git: () => async () => {
    throw new Error('this test has no repository');
  },
};

function fakeServices({ modules = {}, measure, exec, suite }: FakeWorld): Services {
  return {
    ...facts,
    ...fakeSuiteWork,
    exec: async (request) => {
      if (exec === undefined) throw new Error('this test runs no program');
      return exec(request);
    },
    ...exportsOf(modules, measure),
    ...suite,
  };
}

const fakeTimes: TimingResult = {
  benchmem: 'result',
  timing: { data: [0.001, 0.002], iterations: 1 },
  notes: {},
  versions: { node: '20.0.0', v8: '11.3' },
};

/** Modules that are not there, measured by what the test hands in: everything between is real. */
function exportsOf(
  modules: NonNullable<FakeWorld['modules']>,
  measure: FakeWorld['measure'],
): Pick<Services, 'planExports' | 'suite'> {
  const load: LoadFile<'exports'> = async (file) => {
    const found = modules[file.label];
    if (found !== undefined) return { file, url: 'file:///nowhere', found, dispose: () => {} };
    throw new BenchmemError('MODULE_NOT_FOUND', `there is no file ${file.label}`, 'check the path');
  };
  const measureMemory = async (planned: PlannedCase, work: CaseWork) => {
    if (work.settings.memory === undefined) return undefined;
    if (measure === undefined) throw new Error('this test measures nothing');
    const target = { file: planned.file, name: planned.description.name };
    const blob = await measure({ target, planned, work, onStep: (kind, pass) => work.onStep(kind, pass) });
    return { blob, notes: {} };
  };
  const measureTime = async (_planned: PlannedCase, { settings }: CaseWork) => settings.timing && fakeTimes;
  return {
    planExports: (files, asked, choice, settings) => planExports(files, asked, choice, settings, load),
    suite: (cases, settings, listener, world) =>
      runSuite(cases, settings, listener, { ...world, measureMemory, measureTime }),
  };
}

const nothingRuns = async (): Promise<never> => {
  throw new Error('this test runs no bench file');
};

const fakeSuiteWork: Omit<Services, keyof typeof facts | 'planExports' | 'suite' | 'exec'> = {
  planLoads: nothingRuns,
  openStore: async (storage, { cwd }) => openFolderStore({ storage, cwd }),
  readConfig: async () => ({}),
  discover: nothingRuns,
  plan: nothingRuns,
  openRunFile: nothingRuns,
  profileCases: nothingRuns,
  prepareProfiles: async () => {},
  writeProfile: nothingRuns,
  reserveNumber: nothingRuns,
  openDatabase: nothingRuns,
  connectDatabase: nothingRuns,
  database: { named: undefined, nameOf: (storage) => storage },
  writeText: nothingRuns,
  nodeVersion: async () => '20.0.0',
  inheritedFlags: async () => [],
  checkMeasurable: async () => {},
  parallelism: () => 1,
  random: () => 0.5,
  prompts: async () => undefined,
  runTests: nothingRuns,
  sweepSuite: nothingRuns,
  runCommand: runCli,
};
