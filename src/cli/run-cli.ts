// argv in, exit code out: parses with yargs, runs one command, prints every error. Sets no exit code itself.
import yargs, { type Argv } from 'yargs';
import { exitCode } from '../errors.js';
import { compareCommand } from './compare-command.js';
import { buildCompare, readCompareArgs } from './compare-options.js';
import { type CommandEnd, execCommand } from './exec-command.js';
import { buildExec, readExecArgs } from './exec-options.js';
import { exportCommand } from './export-command.js';
import { buildExport, readExportArgs } from './export-options.js';
import type { Io } from './io.js';
import { liveServices } from './live-services.js';
import { measureCommand } from './measure-command.js';
import { buildMeasure, readMeasureArgs } from './measure-options.js';
import { mergeCommand } from './merge-command.js';
import { buildMerge, readMergeArgs } from './merge-options.js';
import { plotCommand } from './plot-command.js';
import { buildPlot, readPlotArgs } from './plot-options.js';
import { isForeseen, renderBug, renderError } from './render-error.js';
import { runCommand } from './run-command.js';
import { buildRun } from './run-options.js';
import type { Services } from './services.js';
import { runSuiteLive, sweepCommand } from './sweep-command.js';
import { buildSweep, readSweepArgs } from './sweep-options.js';
import { type CommandName, commandNamed, unknownCommand, usageError } from './usage-error.js';

type Command = (io: Io, services: Services) => Promise<CommandEnd>;

const widestHelp = 100;

/**
 * Runs the command that `argv` (without the interpreter and the script) names; answers its exit code, or the signal
 * that ended the program which `exec` ran.
 */
export async function runCli(
  argv: readonly string[],
  io: Io,
  services: Services = liveServices,
): Promise<CommandEnd> {
  try {
    const command = await parse(argv, io, services);
    return await command(io, services);
  } catch (error) {
    if (!isForeseen(error)) {
      io.stderr.write(renderBug(error, io.stderr));
      return exitCode.bug;
    }
    io.stderr.write(renderError(error, io.stderr));
    return error.exitCode;
  }
}

async function parse(argv: readonly string[], io: Io, { version }: Services): Promise<Command> {
  let chosen: Command | undefined;
  let printed = '';
  const { own, behind } = splitAtDashes(argv);
  const parser = buildParser(io.stdout.columns, version, commandNamed(argv[0]), behind, (command) => {
    chosen = command;
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
  if (argv[0] !== 'run') return [...argv];
  const dashes = argv.indexOf('--');
  return argv.map((word, at) => (word === '--compare' && (dashes < 0 || at < dashes) ? '--compare=' : word));
}

function buildParser(
  columns: number,
  version: string,
  command: CommandName,
  behind: readonly string[] | undefined,
  choose: (command: Command) => void,
): Argv {
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
      choose((io, services) => runCommand(parsed, io, services));
    })
    .command('measure', 'Measure exported functions: benchmem measure FILE...', buildMeasure, (parsed) => {
      const args = readMeasureArgs(parsed);
      choose((io, services) => measureCommand(args, io, services));
    })
    .command('exec', 'Observe a whole program: benchmem exec -- COMMAND...', buildExec, (parsed) => {
      const args = readExecArgs(parsed, behind);
      choose((io, services) => execCommand(args, io, services));
    })
    .command('compare', 'Put runs side by side, and fail on a regression', buildCompare, (parsed) => {
      const args = readCompareArgs(parsed);
      choose((io) => compareCommand(args, io));
    })
    .command('export', 'Write one run for another tool', buildExport, (parsed) => {
      const args = readExportArgs(parsed);
      choose((io) => exportCommand(args, io));
    })
    .command('merge', 'Put the shards of one run together', buildMerge, (parsed) => {
      const args = readMergeArgs(parsed);
      choose((io) => mergeCommand(args, io));
    })
    .command('plot', 'Draw runs: benchmem plot RUNS...', buildPlot, (parsed) => {
      const args = readPlotArgs(parsed);
      choose((io) => plotCommand(args, io));
    })
    .command('sweep', 'Run a suite against versions of a package', buildSweep, (parsed) => {
      const args = readSweepArgs(parsed, behind);
      const again = (io: Io, services: Services) => (argv: readonly string[]) => runCli(argv, io, services);
      choose((io, services) =>
        sweepCommand(args, io, { runSuite: runSuiteLive, runCommand: again(io, services) }),
      );
    })
    .completion('completion', 'Print a completion script for the shell')
    .version(version)
    .help()
    .strictOptions()
    .wrap(Math.min(columns, widestHelp))
    .fail((message, error) => {
      // WHY by name: yargs' own complaints are errors too, and it does not export their class.
      const isComplaint = error === undefined || error === null || error.name === 'YError';
      throw isComplaint ? usageError(message ?? error?.message, command) : error;
    });
  return parser;
}

function helpOnly(help: string): Command {
  return async (io) => {
    io.stderr.write(`${help.trimEnd()}\n`);
    return exitCode.usage;
  };
}
