// What a command line asks for, by the rows of commands: most are plain, and the rest is yargs' to read. Runs nothing.
import type { Command, CommandFlags, CommandLine } from './command.js';
import type { Screen } from './full-parser.js';
import { dashed, usage } from './option-values.js';
import { completionName, plainLine } from './plain-line.js';
import { unknownCommand, usageError } from './usage-error.js';

/** What a command line asks for: a command, or a text such as help, which `isUsage` where nothing was asked for. */
export type Asked =
  | { readonly command: Command; readonly line: CommandLine }
  | { readonly text: string; readonly isUsage: boolean };

interface Words {
  readonly own: readonly string[];
  readonly behind?: readonly string[];
}

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
  const words = wordsOf(argv, rules);
  const asked =
    plainly(argv, words, commands, tables) ?? (await askYargs(argv, words, commands, tables, screen));
  if ('command' in asked) refuseRepeated(asked.line.parsed, tables.get(asked.command));
  return asked;
}

function plainly(
  [name]: readonly string[],
  { own, behind }: Words,
  commands: readonly Command[],
  tables: Tables,
): Asked | undefined {
  const command = commands.find((each) => each.name === name);
  const flags = command && tables.get(command);
  const parsed = flags && plainLine(own, flags);
  return command && parsed && { command, line: { parsed, behind } };
}

async function askYargs(
  argv: readonly string[],
  { own, behind }: Words,
  commands: readonly Command[],
  tables: Tables,
  screen: Screen,
): Promise<Asked> {
  const { buildParser } = await import('./full-parser.js');
  const [named] = tables.keys();
  const flags = named && tables.get(named);
  let asked: Asked | undefined;
  let text = '';
  const choose = (command: Command, parsed: CommandLine['parsed']) => {
    asked = { command, line: { parsed, behind } };
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
  const parsed = await parser.parseAsync([...own], {}, (_error, _parsed, output) => {
    text = output;
  });
  if (asked !== undefined) return asked;
  if (text === '') throw unknownCommand(String(parsed._[0] ?? ''), namesOf(commands));
  return { text, isUsage: false };
}

type Tables = ReadonlyMap<Command, CommandFlags>;

/** The flags of the commands whose names are words of `argv`, in their order there. */
async function loadFlags(argv: readonly string[], commands: readonly Command[]): Promise<Tables> {
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
function wordsOf(argv: readonly string[], flags: CommandFlags | undefined): Words {
  const dashes = flags?.takesWordsBehind === true ? argv.indexOf('--') : -1;
  if (dashes < 0) return { own: withBareValues(argv, flags) };
  return { own: withBareValues(argv.slice(0, dashes), flags), behind: argv.slice(dashes + 1) };
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
