// What an output's terminal can take: colour, a line that renews itself. Pure.
import type { Io, Output } from './world.js';

export { type Colors, colorsOf } from '../layout/terminal.js';

/** True if a continuous integration says so; its logs keep every line, also on a pseudo-terminal. */
export function isCi(env: Io['env']): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
}

/** True if standard error may hold a line that renews itself: a terminal whose output no log keeps. */
export function canRenewLine({ stderr, env }: Pick<Io, 'stderr' | 'env'>): boolean {
  return stderr.isTerminal && !isCi(env);
}

export type ColorChoice = boolean | undefined;

/** Answers `io` with the user's choice of colour over what was found; undefined changes nothing. */
export function withColor<Whole extends Io>(io: Whole, choice: ColorChoice): Whole {
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
