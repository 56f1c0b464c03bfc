// argv in, exit code out: parses with yargs, runs one command, prints every error. Sets no exit code itself.
import yargs, { type Argv } from 'yargs';
import { exitCode } from '../errors.js';
import { type Command, type CommandLine, commandRows } from './commands.js';
import { withNegations } from './completions.js';
import type { CommandEnd, Io } from './io.js';
import type { Services } from './services.js';
import { startUpError } from './start-up-error.js';
import { isForeseen, renderBug, renderError } from './text/render-error.js';
import { type CommandName, commandNamed, unknownCommand, usageError } from './usage-error.js';
import { version as ownVersion } from './version.js';

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

interface ParserParts extends CommandLine {
  readonly columns: number;
  readonly version: string;
  readonly command: CommandName;
  readonly choose: (command: Command) => void;
}

function buildParser({ columns, version, command, choose, ...line }: ParserParts): Argv {
  const parser = commandRows.reduce(
    (parser, { name, summary, build, load }) =>
      parser.command(name, summary, build, (parsed) => choose(load(parsed, line))),
    bareParser(),
  );
  return withCompletion(parser)
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
}

function bareParser(): Argv {
  return yargs()
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
    });
}

function withCompletion(parser: Argv): Argv {
  return parser.completion(
    'completion',
    'Print a completion script for the shell',
    (
      _current: string,
      _argv: unknown,
      yargsOwn: (take: (error: Error | null, completions?: string[]) => void) => void,
      done: (completions: string[]) => void,
    ) => yargsOwn((_error, completions = []) => done(withNegations(completions))),
  );
}

function helpOnly(help: string): Command {
  return async (io) => {
    io.stderr.write(`${help.trimEnd()}\n`);
    return exitCode.usage;
  };
}
