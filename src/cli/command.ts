// A command as data. The parser, help, completion, usage errors and their suggestions are made from such rows.
import type { CommandEnd, World } from './world.js';

/** A flag as help shows it and the parser takes it. */
export interface Flag {
  /** What help says about it. */
  readonly describe: string;
  /** The heading that it stands under. */
  readonly group?: string;
  /**
   * A switch. WHY: a flag that takes a value has none, because its text is then passed on as it was typed, for an error to repeat
   * it.
   */
  readonly type?: 'boolean';
  /** So many values must follow. */
  readonly nargs?: 1 | 2;
  readonly alias?: string;
  readonly choices?: readonly string[];
  /** It may stand more than once. */
  readonly repeatable?: true;
  /** Completion offers its `--no-` form: it may be on, or have a value, without being given. */
  readonly negatable?: true;
  /** Alone it means an empty value; a value follows behind `=` only. */
  readonly bare?: true;
  /** Neither help nor a suggestion names it. */
  readonly hidden?: true;
}

export type FlagTable = Readonly<Record<string, Flag>>;

/** What a command takes, as its help says it. */
export interface CommandFlags {
  /** The first lines of its help: `$0 name OPERANDS [options]`, a blank line, what it does. */
  readonly usage: string;
  readonly options: FlagTable;
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** The last lines of its help. */
  readonly epilogue?: string;
  /** Words behind `--` are another program's, and are handed on as they are. */
  readonly takesWordsBehind?: true;
}

/** Flags by name; `_` holds the command's name, then everything that is no flag. */
export type Parsed = Readonly<Record<string, unknown>>;

/** One command line. */
export interface CommandLine {
  readonly parsed: Parsed;
  /** What stands behind `--`; undefined: there was no `--`. */
  readonly behind?: readonly string[] | undefined;
}

/**
 * A command: how the help lists it, the flags it takes, what they mean, and what it does.
 * PERF: its name and summary alone are loaded with the program; the rest when the command, or its help, is asked for.
 */
export interface Command<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  /**
   * Whether memory is measured with these options: then it is refused, before it begins, where that cannot be done. What
   * measures none must work on every system, without native code.
   */
  measures(options: Options): boolean;
  flags(): Promise<{ readonly flags: CommandFlags }>;
  /** Its `read` throws USAGE for what is wrong with the command line. */
  read(): Promise<{ read(line: CommandLine, world: World): Options | Promise<Options> }>;
  run(): Promise<{ run(options: Options, world: World): Promise<CommandEnd> }>;
}

/** Checks that a command runs with what it reads. */
export function command<Options>(row: Command<Options>): Command {
  return row as Command;
}
