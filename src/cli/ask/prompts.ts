// Questions on a terminal: when somebody can be asked, and the library that asks. Nothing else may use it.
import { BenchmemError } from '../../errors.js';
import type { Io, PromptChoice, Prompts } from '../world.js';

/** The terminal of both streams. */
interface Streams {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
}

// A terminal that says it has fewer columns shows one letter a line.
const leastColumns = 20;

/** True if a person sits at both streams, and no job of a CI. */
export function canAsk({ stdin, stdout }: Streams, env: Io['env']): boolean {
  const isCi = ['1', 'true'].includes((env.CI ?? '').trim().toLowerCase());
  const isWide = (stdout.columns ?? 0) >= leastColumns;
  return stdin.isTTY === true && stdout.isTTY === true && isWide && !isCi && env.TERM !== 'dumb';
}

// What is used of the library. WHY: these are not the library's own types, because this is all that may be used of it.
interface Library {
  select(question: {
    message: string;
    options: readonly PromptChoice<string>[];
    maxItems: number;
  }): Promise<unknown>;
  text(question: { message: string; placeholder: string; defaultValue: string }): Promise<unknown>;
}

const library: string = '@clack/prompts';
const mostShown = 12;

/** Throws UNSUPPORTED_RUNTIME if this Node cannot load the library. */
export async function openPrompts(): Promise<Prompts> {
  const loaded = await import(library).catch((cause: Error) => {
    throw new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `nothing can be asked on Node ${process.versions.node}: ${cause.message}`,
      'use Node 20.12 or newer, or name a command: benchmem --help shows them',
      { cause },
    );
  });
  const { select, text } = loaded as Library;
  return {
    select: async <Value extends string>(message: string, choices: readonly PromptChoice<Value>[]) =>
      answerOf(await select({ message, options: choices, maxItems: mostShown })) as Value | undefined,
    text: async (message, proposed) =>
      answerOf(await text({ message, placeholder: proposed, defaultValue: proposed })),
  };
}

// The library answers a symbol for a question that was cancelled.
function answerOf(answer: unknown): string | undefined {
  return typeof answer === 'string' ? answer : undefined;
}
