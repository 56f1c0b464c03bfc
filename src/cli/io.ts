// The world as a command sees it: two streams with what their terminals can do, a clock, a folder, an interrupt.
// The only file of the CLI that looks at the process; everything else is handed an Io.
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
  write(text: string): void;
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

/** What a run needs of the process, and what must be undone when it ends. */
export interface ProcessIo {
  readonly io: Io;
  dispose(): void;
}

const defaultColumns = 80;

// WHY the last two: a cancelled job and a closed terminal must not leave children behind.
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The Io of a real process. The first of each of these signals aborts `interrupted`; the second ends the process as usual. */
export function processIo(target: NodeJS.Process): ProcessIo {
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  for (const signal of interrupts) target.once(signal, onInterrupt);
  ignoreClosedPipe(target.stdout);
  ignoreClosedPipe(target.stderr);
  const io: Io = {
    stdout: outputOf(target.stdout, target.env),
    stderr: outputOf(target.stderr, target.env),
    clock: systemClock,
    cwd: target.cwd(),
    env: target.env,
    interrupted: controller.signal,
  };
  const dispose = () => {
    for (const signal of interrupts) target.removeListener(signal, onInterrupt);
  };
  return { io, dispose };
}

/** Answers `io` with the user's choice of colour over what was found; undefined changes nothing. */
export function withColor(io: Io, choice: ColorChoice): Io {
  if (choice === undefined) return io;
  const recolor = (output: Output): Output => ({
    isTerminal: output.isTerminal,
    columns: output.columns,
    unlimited: output.unlimited === true,
    color: choice,
    write: (text) => output.write(text),
  });
  return { ...io, stdout: recolor(io.stdout), stderr: recolor(io.stderr) };
}

/** The colour functions for one output. */
export function colorsOf(terminal: Pick<Terminal, 'color'>) {
  return createColors(terminal.color);
}

export type Colors = ReturnType<typeof createColors>;

function outputOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Output {
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    columns: columnsOfStream(stream, env),
    unlimited: !isTerminal && !(Number(env.COLUMNS) > 0),
    color: wantsColor(isTerminal, env),
    write: (text) => {
      stream.write(text);
    },
  };
}

function columnsOfStream(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): number {
  const told = Number(env.COLUMNS);
  if (Number.isInteger(told) && told > 0) return told;
  return stream.isTTY && stream.columns > 0 ? stream.columns : defaultColumns;
}

/** https://no-color.org and FORCE_COLOR, as other Node programs read them. */
function wantsColor(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

// `benchmem … | head` closes the pipe early: that is the reader's choice, not a failure.
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  every: (intervalMs, tick) => {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
