// The world as a command sees it: its streams with what their terminals can do, a clock, a folder, an interrupt.
// Looks at no process: process-io.ts fills it, tests fake it.
import { createColors } from 'picocolors';

export interface Terminal {
  readonly isTerminal: boolean;
  /** Width in columns; what a renderer may fill. */
  readonly columns: number;
  /** True where nobody said how wide: no terminal and no COLUMNS. Then `columns` is a guess. */
  readonly unlimited?: boolean;
  readonly color: boolean;
}

export interface Output extends Terminal {
  /** Never throws: what a stream cannot take becomes the end of the command. */
  write(content: string | Uint8Array): void;
}

export interface Clock {
  now(): Date;
  /** Milliseconds that only grow. */
  elapsedMs(): number;
  /** Calls `tick` every so many milliseconds until the answer is called; never keeps the process alive. */
  every(intervalMs: number, tick: () => void): () => void;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input. Throws USAGE where it is a terminal; BAD_RUN_FILE, ABORTED. */
  readInput(): Promise<Buffer>;
  readonly clock: Clock;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user interrupts. */
  readonly interrupted: AbortSignal;
}

/** What a command ends with: an exit code, or the signal that the process itself must end with. */
export type CommandEnd = number | NodeJS.Signals;

/** True where a continuous integration says so; its logs keep every line, also on a pseudo-terminal. */
export function isCi(env: Io['env']): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
}

/** True where standard error may hold a line that renews itself: a terminal whose output no log keeps. */
export function canRenewLine({ stderr, env }: Pick<Io, 'stderr' | 'env'>): boolean {
  return stderr.isTerminal && !isCi(env);
}

export type ColorChoice = boolean | undefined;

/** Answers `io` with the user's choice of colour over what was found; undefined changes nothing. */
export function withColor(io: Io, choice: ColorChoice): Io {
  if (choice === undefined) return io;
  const recolor = (output: Output): Output => ({
    isTerminal: output.isTerminal,
    columns: output.columns,
    unlimited: output.unlimited === true,
    color: choice,
    write: (content) => output.write(content),
  });
  return { ...io, stdout: recolor(io.stdout), stderr: recolor(io.stderr) };
}

/** The colour functions for one output. */
export function colorsOf(terminal: Pick<Terminal, 'color'>) {
  return createColors(terminal.color);
}

export type Colors = ReturnType<typeof createColors>;
