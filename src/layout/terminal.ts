// What a terminal can take, and what is known of one from its stream and the environment.
import { createColors } from 'picocolors';

export interface Terminal {
  readonly isTerminal: boolean;
  /** Width in columns; what a renderer may fill. */
  readonly columns: number;
  /** True if nobody said how wide: no terminal and no COLUMNS. Then `columns` is a guess. */
  readonly unlimited?: boolean;
  readonly color: boolean;
}

/** What a renderer of plain lines needs to know of one. */
export type Surface = Omit<Terminal, 'isTerminal'>;

/** The colour functions for one output. */
export function colorsOf({ color }: Pick<Terminal, 'color'>) {
  return createColors(color);
}

export type Colors = ReturnType<typeof createColors>;

const defaultColumns = 80;

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;

/** What this stream leads to; the variables of the environment win over what the stream says. */
export function terminalOf(stream: Stream, env: NodeJS.ProcessEnv): Required<Terminal> {
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    columns: columnsOf(stream, env),
    unlimited: !isTerminal && !(Number(env.COLUMNS) > 0),
    color: wantsColor(isTerminal, env),
  };
}

function columnsOf(stream: Stream, env: NodeJS.ProcessEnv): number {
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
