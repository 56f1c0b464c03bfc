// A terminal, a clock and an engine that answer the same in every run: runCli against them gives goldens.
import type { ExecServices } from '../../src/cli/exec/exec-services.js';
import type { Io, Output } from '../../src/cli/io.js';
import type { MeasureRequest } from '../../src/cli/measure/services.js';
import type { ExportEntry } from '../../src/cli/measure/targets.js';
import type { Provenance } from '../../src/cli/provenance.js';
import { runCli } from '../../src/cli/run-cli.js';
import type { Services } from '../../src/cli/services.js';
import type { RunServices } from '../../src/cli/suite/services.js';
import { BenchmemError } from '../../src/errors.js';
import type { MemoryFigures } from '../../src/runfile/schema.js';

export interface FakeWorld {
  readonly columns?: number;
  /** True for an output whose width nobody said. */
  readonly unlimited?: boolean;
  readonly color?: boolean;
  readonly isTerminal?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: Partial<RunServices>;
  readonly interrupted?: AbortSignal;
  /** What standard input holds. */
  readonly input?: string;
  /** The exports of each file, by its label; a file that is not here does not exist. */
  readonly modules?: Readonly<Record<string, readonly ExportEntry[]>>;
  readonly exec?: ExecServices['exec'];
  readonly measure?: (request: MeasureRequest) => Promise<MemoryFigures>;
}

export interface CliAnswer {
  /** An exit code, or the signal that a program died of. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

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
  const code = await runCli(argv, io, fakeServices(world));
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

const facts: Provenance = {
  version: '1.2.3',
  machineInfo: () => ({ node: 'host', machine: 'x86_64', system: 'Linux' }),
  commitInfo: async () => ({ id: 'c0ffee', dirty: false, branch: 'main', project: 'project' }),
};

function fakeServices({ modules = {}, measure, exec, run }: FakeWorld): Services {
  return {
    version: facts.version,
    measure: {
      ...facts,
      loadTarget: async (file) => ({ file, path: `/work/${file}`, name: 'load' }),
      listExports: async ({ label }) => {
        const exports = modules[label];
        if (exports !== undefined) return exports;
        throw new BenchmemError('MODULE_NOT_FOUND', `there is no file ${label}`, 'check the path');
      },
      measure: async (request) => {
        if (measure === undefined) throw new Error('this test measures nothing');
        return measure(request);
      },
    },
    exec: {
      version: facts.version,
      exec: async (request) => {
        if (exec === undefined) throw new Error('this test runs no program');
        return exec(request);
      },
    },
    run: { ...facts, ...fakeRunWork, ...run },
  };
}

const nothingRuns = async (): Promise<never> => {
  throw new Error('this test runs no bench file');
};

const fakeRunWork: Omit<RunServices, keyof Provenance> = {
  readConfig: async () => ({}),
  discover: nothingRuns,
  plan: nothingRuns,
  suite: nothingRuns,
  openRunFile: nothingRuns,
  reserveNumber: nothingRuns,
  writeText: nothingRuns,
  nodeVersion: async () => '20.0.0',
  inheritedFlags: () => [],
  parallelism: () => 2,
  random: () => 0.5,
};
