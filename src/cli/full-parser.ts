// yargs, made of the rows of commands: their names, summaries and flags. Runs nothing.
import yargs, { type Argv } from 'yargs';
import type { Command, CommandFlags, Flag, Parsed } from './command.js';
import { withNegations } from './completions.js';
import { completionName, grammar } from './plain-line.js';

export interface Screen {
  readonly version: string;
  readonly columns: number;
}

/** `tables` has the flags of the commands that the line names, `choose` gets the one that it asks for. */
export function buildParser(
  commands: readonly Command[],
  tables: ReadonlyMap<Command, CommandFlags>,
  choose: (command: Command, parsed: Parsed) => void,
  { version, columns }: Screen,
): Argv {
  const parser = commands.reduce(
    (parser, command) =>
      parser.command(
        command.name,
        command.summary,
        (yargs) => withFlags(yargs, tables.get(command)),
        (parsed) => choose(command, parsed),
      ),
    bareParser(),
  );
  return withCompletion(parser, [...tables.values()])
    .version(version)
    .help()
    .alias('help', 'h')
    .strictOptions()
    .wrap(Math.min(columns, widestHelp));
}

const widestHelp = 100;

function bareParser(): Argv {
  return yargs()
    .scriptName('benchmem')
    .usage(
      '$0 COMMAND [options]\n\nExact memory measurement for Node.js: native allocations, Buffers and JavaScript.',
    )
    .locale('en')
    .exitProcess(false)
    .parserConfiguration(grammar);
}

function withFlags(parser: Argv, flags: CommandFlags | undefined): Argv {
  if (flags === undefined) return parser;
  const { usage, options, examples, epilogue } = flags;
  const described = Object.entries(options).reduce(
    (parser, [name, flag]) => parser.option(name, optionOf(flag)),
    parser.usage(usage),
  );
  const shown = examples.reduce((parser, [line, what]) => parser.example(line, what), described);
  return epilogue === undefined ? shown : shown.epilogue(epilogue);
}

// What yargs knows of a flag; the rest of the row is ours.
function optionOf({ repeatable, negatable, bare, ...option }: Flag): Omit<Flag, 'repeatable'> {
  return option;
}

function withCompletion(parser: Argv, tables: readonly CommandFlags[]): Argv {
  return parser.completion(
    completionName,
    'Print a completion script for the shell',
    (
      _current: string,
      _argv: unknown,
      yargsOwn: (take: (error: Error | null, completions?: string[]) => void) => void,
      done: (completions: string[]) => void,
    ) => {
      const options = tables.map(({ options }) => options);
      yargsOwn((_error, completions = []) => done(withNegations(completions, options)));
    },
  );
}
