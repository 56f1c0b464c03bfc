// argv in, exit code out: parses with yargs, runs one command, prints every error. Sets no exit code itself.
import yargs, { type Argv } from 'yargs';
import { exitCode } from '../errors.js';
import { buildCompare, readCompareArgs } from './compare/compare-options.js';
import { withNegations } from './completions.js';
import { buildExec, readExecArgs } from './exec/exec-options.js';
import { buildExport, readExportArgs } from './export/export-options.js';
import { buildMerge, readMergeArgs } from './export/merge-options.js';
import type { CommandEnd, Io } from './io.js';
import { buildMeasure } from './measure/flags.js';
import { buildPlot } from './plot/plot-flags.js';
import { readPlotArgs } from './plot/plot-options.js';
import { buildRun } from './run/flags.js';
import type { Services } from './services.js';
import { startUpError } from './start-up-error.js';
import { buildSweep, readSweepArgs } from './sweep/sweep-options.js';
import { isForeseen, renderBug, renderError } from './text/render-error.js';
import { type CommandName, commandNamed, unknownCommand, usageError } from './usage-error.js';
import { version as ownVersion } from './version.js';

// PERF: a command's module, the engine and the libraries behind them are loaded by the command that needs them.
type Command = (io: Io, services: () => Promise<Services>) => Promise<CommandEnd>;

const widestHelp = 100;

/**
 * Runs the command that `argv` (without the interpreter and the script) names; answers its exit code, or the signal
 * that ended the program which `exec` ran.
 */
export async function runCli(argv: readonly string[], io: Io, given?: Services): Promise<CommandEnd> {
  const services = async () => given ?? (await import('./live-services.js')).liveServices;
  try {
    const command = await parse(argv, io, given);
    return await command(io, services);
  } catch (thrown) {
    const error = startUpError(thrown) ?? thrown;
    if (!isForeseen(error)) {
      io.stderr.write(renderBug(error, io.stderr));
      return exitCode.bug;
    }
    io.stderr.write(renderError(error, io.stderr));
    return error.exitCode;
  }
}

async function parse(argv: readonly string[], io: Io, given: Services | undefined): Promise<Command> {
  const version = given?.version ?? ownVersion;
  let chosen: Command | undefined;
  let printed = '';
  const { own, behind } = splitAtDashes(argv);
  const again = (io: Io) => (argv: readonly string[]) => runCli(argv, io, given);
  const choose = (command: Command) => {
    chosen = command;
  };
  const parser = buildParser({
    columns: io.stdout.columns,
    version,
    command: commandNamed(argv[0]),
    behind,
    choose,
    again,
  });
  if (argv.length === 0) return helpOnly(await parser.getHelp());
  const parsed = await parser.parseAsync(compareAlone(own), {}, (_error, _parsed, output) => {
    printed = output;
  });
  if (chosen !== undefined) return chosen;
  if (printed === '') throw unknownCommand(String(parsed._[0] ?? ''));
  return async () => {
    io.stdout.write(`${printed.trimEnd()}\n`);
    return exitCode.ok;
  };
}

// WHY before yargs: what stands behind -- is another program's command line, and none of it is ours.
function splitAtDashes(argv: readonly string[]): { own: readonly string[]; behind?: readonly string[] } {
  const dashes = argv[0] === 'exec' || argv[0] === 'sweep' ? argv.indexOf('--') : -1;
  return dashes < 0 ? { own: argv } : { own: argv.slice(0, dashes), behind: argv.slice(dashes + 1) };
}

// WHY: a bare --compare means the latest run; yargs would take the next argument for its value.
function compareAlone(argv: readonly string[]): string[] {
  if (argv[0] !== 'run' && argv[0] !== 'measure') return [...argv];
  const dashes = argv.indexOf('--');
  return argv.map((word, at) => (word === '--compare' && (dashes < 0 || at < dashes) ? '--compare=' : word));
}

interface ParserParts {
  readonly columns: number;
  readonly version: string;
  readonly command: CommandName;
  readonly behind: readonly string[] | undefined;
  readonly choose: (command: Command) => void;
  /** Runs another command of this program. */
  readonly again: (io: Io) => (argv: readonly string[]) => Promise<CommandEnd>;
}

function buildParser({ columns, version, command, behind, choose, again }: ParserParts): Argv {
  const parser: Argv = yargs()
    .scriptName('benchmem')
    .usage(
      '$0 COMMAND [options]\n\nExact memory measurement for Node.js: native allocations, Buffers and JavaScript.',
    )
    .locale('en')
    .exitProcess(false)
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .command('run', 'Run bench files: benchmem run [FILES...]', buildRun, (parsed) => {
      choose(async (io, services) => {
        const { runCommand } = await import('./run/command.js');
        return runCommand(parsed, io, (await services()).suite);
      });
    })
    .command('measure', 'Measure exported functions: benchmem measure FILE...', buildMeasure, (parsed) => {
      choose(async (io, services) => {
        const { measureCommand } = await import('./measure/command.js');
        return measureCommand(parsed, io, (await services()).suite);
      });
    })
    .command('exec', 'Observe a whole program: benchmem exec -- COMMAND...', buildExec, (parsed) => {
      const args = readExecArgs(parsed, behind);
      choose(async (io, services) => {
        const { execCommand } = await import('./exec/exec-command.js');
        return execCommand(args, io, (await services()).exec);
      });
    })
    .command('compare', 'Put runs side by side, and fail on a regression', buildCompare, (parsed) => {
      readCompareArgs(parsed);
      choose(async (io) => {
        const { compareCommand } = await import('./compare/compare-command.js');
        return compareCommand(readCompareArgs(await withRenames(parsed, io)), io);
      });
    })
    .command('export', 'Write one run for another tool', buildExport, (parsed) => {
      const args = readExportArgs(parsed);
      choose(async (io) => {
        const { exportCommand } = await import('./export/export-command.js');
        return exportCommand(args, io);
      });
    })
    .command('merge', 'Put the shards of one run together', buildMerge, (parsed) => {
      const args = readMergeArgs(parsed);
      choose(async (io) => {
        const { mergeCommand } = await import('./export/merge-command.js');
        return mergeCommand(args, io);
      });
    })
    .command('plot', 'Draw runs: benchmem plot RUNS...', buildPlot, (parsed) => {
      readPlotArgs(parsed);
      choose(async (io) => {
        const { plotCommand } = await import('./plot/plot-command.js');
        return plotCommand(readPlotArgs(await withRenames(parsed, io)), io);
      });
    })
    .command('sweep', 'Run a suite against versions of a package', buildSweep, (parsed) => {
      const args = readSweepArgs(parsed, behind);
      choose(async (io) => {
        const { sweepCommand } = await import('./sweep/sweep-command.js');
        const { runSuiteLive } = await import('./sweep/run-suite.js');
        return sweepCommand(args, io, { runSuite: runSuiteLive, runCommand: again(io) });
      });
    })
    .completion(
      'completion',
      'Print a completion script for the shell',
      (
        _current: string,
        _argv: unknown,
        yargsOwn: (take: (error: Error | null, completions?: string[]) => void) => void,
        done: (completions: string[]) => void,
      ) => yargsOwn((_error, completions = []) => done(withNegations(completions))),
    )
    .version(version)
    .help()
    .alias('help', 'h')
    .strictOptions()
    .wrap(Math.min(columns, widestHelp))
    .fail((message, error) => {
      // WHY by name: yargs' own complaints are errors too, and it does not export their class.
      const isComplaint = error === undefined || error === null || error.name === 'YError';
      throw isComplaint ? usageError(message ?? error?.message, command) : error;
    });
  return parser;
}

// What the config renames holds for every command that puts runs side by side.
async function withRenames(parsed: Record<string, unknown>, { cwd }: Io): Promise<Record<string, unknown>> {
  const { readConfigRenames } = await import('./suite/config.js');
  return { ...parsed, renames: await readConfigRenames(cwd) };
}

function helpOnly(help: string): Command {
  return async (io) => {
    io.stderr.write(`${help.trimEnd()}\n`);
    return exitCode.usage;
  };
}
