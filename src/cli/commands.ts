// The commands, one row each: how the help lists it, its flags, and what it does. The parser is made from these rows.
import type { Argv } from 'yargs';
import { buildCompare, readCompareArgs } from './compare/compare-options.js';
import { buildExec, readExecArgs } from './exec/exec-options.js';
import { buildExport, readExportArgs } from './export/export-options.js';
import { buildMerge, readMergeArgs } from './export/merge-options.js';
import type { CommandEnd, Io } from './io.js';
import { buildMeasure } from './measure/flags.js';
import { buildPlot } from './plot/plot-flags.js';
import { readPlotArgs } from './plot/plot-options.js';
import { buildRun } from './run/flags.js';
import type { Services } from './services.js';
import { buildSweep, readSweepArgs } from './sweep/sweep-options.js';
import type { CommandName } from './usage-error.js';

/** One command line, ready to run. */
export type Command = (io: Io, services: () => Promise<Services>) => Promise<CommandEnd>;

type Parsed = Record<string, unknown>;

/** What a command needs of its command line besides its own flags. */
export interface CommandLine {
  /** What stands behind `--`. */
  readonly behind: readonly string[] | undefined;
  /** Runs another command of this program. */
  readonly again: (io: Io) => (argv: readonly string[]) => Promise<CommandEnd>;
}

interface CommandRow {
  readonly name: CommandName;
  readonly summary: string;
  readonly build: (yargs: Argv) => Argv;
  /** Throws USAGE for flags that are wrong whatever a config says. */
  readonly load: (parsed: Parsed, line: CommandLine) => Command;
}

// PERF: a command's module, the engine and the libraries behind them are loaded by the command that needs them.
export const commandRows: readonly CommandRow[] = [
  {
    name: 'run',
    summary: 'Run bench files: benchmem run [FILES...]',
    build: buildRun,
    load: (parsed) => async (io, services) => {
      const { runCommand } = await import('./run/command.js');
      return runCommand(parsed, io, (await services()).suite);
    },
  },
  {
    name: 'measure',
    summary: 'Measure exported functions: benchmem measure FILE...',
    build: buildMeasure,
    load: (parsed) => async (io, services) => {
      const { measureCommand } = await import('./measure/command.js');
      return measureCommand(parsed, io, (await services()).suite);
    },
  },
  {
    name: 'exec',
    summary: 'Observe a whole program: benchmem exec -- COMMAND...',
    build: buildExec,
    load: (parsed, { behind }) => {
      const args = readExecArgs(parsed, behind);
      return async (io, services) => {
        const { execCommand } = await import('./exec/exec-command.js');
        return execCommand(args, io, (await services()).exec);
      };
    },
  },
  {
    name: 'compare',
    summary: 'Put runs side by side, and fail on a regression',
    build: buildCompare,
    load: (parsed) => {
      readCompareArgs(parsed);
      return async (io) => {
        const { compareCommand } = await import('./compare/compare-command.js');
        return compareCommand(readCompareArgs(await withRenames(parsed, io)), io);
      };
    },
  },
  {
    name: 'export',
    summary: 'Write one run for another tool',
    build: buildExport,
    load: (parsed) => {
      const args = readExportArgs(parsed);
      return async (io) => {
        const { exportCommand } = await import('./export/export-command.js');
        return exportCommand(args, io);
      };
    },
  },
  {
    name: 'merge',
    summary: 'Put the shards of one run together',
    build: buildMerge,
    load: (parsed) => {
      const args = readMergeArgs(parsed);
      return async (io) => {
        const { mergeCommand } = await import('./export/merge-command.js');
        return mergeCommand(args, io);
      };
    },
  },
  {
    name: 'plot',
    summary: 'Draw runs: benchmem plot RUNS...',
    build: buildPlot,
    load: (parsed) => {
      readPlotArgs(parsed);
      return async (io) => {
        const { plotCommand } = await import('./plot/plot-command.js');
        return plotCommand(readPlotArgs(await withRenames(parsed, io)), io);
      };
    },
  },
  {
    name: 'sweep',
    summary: 'Run a suite against versions of a package',
    build: buildSweep,
    load: (parsed, { behind, again }) => {
      const args = readSweepArgs(parsed, behind);
      return async (io) => {
        const { sweepCommand } = await import('./sweep/sweep-command.js');
        const { runSuiteLive } = await import('./sweep/run-suite.js');
        return sweepCommand(args, io, { runSuite: runSuiteLive, runCommand: again(io) });
      };
    },
  },
];

// What the config renames holds for every command that puts runs side by side.
async function withRenames(parsed: Parsed, { cwd }: Io): Promise<Parsed> {
  const { readConfigRenames } = await import('./suite/config.js');
  return { ...parsed, renames: await readConfigRenames(cwd) };
}
