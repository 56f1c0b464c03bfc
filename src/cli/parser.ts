// The parser, made of the rows of commands: yargs with their names, summaries and flags. Runs nothing.
import yargs, { type Argv } from 'yargs';
import type { Command, CommandFlags, CommandLine, Flag } from './command.js';
import { withNegations } from './completions.js';
import { dashed, usage } from './option-values.js';
import { unknownCommand, usageError } from './usage-error.js';

/** What a command line asks for: a command, or a text such as help, which `isUsage` where nothing was asked for. */
export type Asked =
  | { readonly command: Command; readonly line: CommandLine }
  | { readonly text: string; readonly isUsage: boolean };

interface Screen {
  readonly version: string;
  readonly columns: number;
}

/** yargs' own command, which prints a script for the shell. */
export const completionName = 'completion';

const widestHelp = 100;

/** Throws USAGE. */
export async function parseArgv(
  argv: readonly string[],
  commands: readonly Command[],
  screen: Screen,
): Promise<Asked> {
  const tables = await loadFlags(argv, commands);
  const [named] = tables.keys();
  const flags = named && tables.get(named);
  // WHY: what a shell asks to complete is the line as it stands, and no command line yet.
  const rules = argv[0] === '--get-yargs-completions' ? undefined : flags;
  const { own, behind } = splitAtDashes(argv, rules);
  let command: Command | undefined;
  let line: CommandLine | undefined;
  let text = '';
  const choose = (row: Command, parsed: CommandLine['parsed']) => {
    command = row;
    line = { parsed, behind };
  };
  const parser = buildParser(commands, tables, choose, screen).fail((message, error) => {
    // WHY: the name decides, because yargs' own complaints are errors too, and it does not export their class.
    const isComplaint = error === undefined || error === null || error.name === 'YError';
    if (!isComplaint) throw error;
    const [first = ''] = argv;
    if (named === undefined && !first.startsWith('-')) throw unknownCommand(first, namesOf(commands));
    throw usageError(message ?? error?.message, named && flags && { name: named.name, flags: flags.options });
  });
  if (argv.length === 0) return { text: await parser.getHelp(), isUsage: true };
  const parsed = await parser.parseAsync(withBareValues(own, rules), {}, (_error, _parsed, output) => {
    text = output;
  });
  if (command !== undefined && line !== undefined) {
    refuseRepeated(line.parsed, tables.get(command));
    return { command, line };
  }
  if (text === '') throw unknownCommand(String(parsed._[0] ?? ''), namesOf(commands));
  return { text, isUsage: false };
}

/** The flags of the commands whose names are words of `argv`, in their order there. */
async function loadFlags(
  argv: readonly string[],
  commands: readonly Command[],
): Promise<ReadonlyMap<Command, CommandFlags>> {
  const tables = new Map<Command, CommandFlags>();
  for (const word of argv) {
    const command = commands.find(({ name }) => name === word);
    if (command !== undefined) tables.set(command, (await command.flags()).flags);
  }
  return tables;
}

function namesOf(commands: readonly Command[]): readonly string[] {
  return [...commands.map(({ name }) => name), completionName];
}

// WHY: this comes before yargs, because what stands behind -- is another program's command line, and none of it is ours.
function splitAtDashes(
  argv: readonly string[],
  flags: CommandFlags | undefined,
): { own: readonly string[]; behind?: readonly string[] } {
  const dashes = flags?.takesWordsBehind === true ? argv.indexOf('--') : -1;
  return dashes < 0 ? { own: argv } : { own: argv.slice(0, dashes), behind: argv.slice(dashes + 1) };
}

// WHY: yargs would take the next argument for the value of a flag that may stand alone.
function withBareValues(argv: readonly string[], flags: CommandFlags | undefined): string[] {
  const isBare = (word: string) => word.startsWith('--') && flags?.options[word.slice(2)]?.bare === true;
  const dashes = argv.indexOf('--');
  return argv.map((word, at) => (isBare(word) && (dashes < 0 || at < dashes) ? `${word}=` : word));
}

/** Throws USAGE if a flag was given more than once that may stand once. */
function refuseRepeated(parsed: CommandLine['parsed'], flags: CommandFlags | undefined): void {
  for (const [name, { repeatable, nargs = 1 }] of Object.entries(flags?.options ?? {})) {
    const given = parsed[name];
    if (Array.isArray(given) && given.length !== nargs && repeatable !== true)
      throw usage(`${dashed(name)} was given more than once`, `pass ${dashed(name)} once`);
  }
}

function buildParser(
  commands: readonly Command[],
  tables: ReadonlyMap<Command, CommandFlags>,
  choose: (command: Command, parsed: CommandLine['parsed']) => void,
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
