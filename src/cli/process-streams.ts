// The streams of a real process: what its terminals can do, and what could not be written.
// Commands are handed the Io, and do not look at the process.
import { addAbortSignal } from 'node:stream';
import { BenchmemError } from '../errors.js';
import { terminalOf } from '../layout/terminal.js';
import type { Output } from './world.js';

/** A stream of the process. INVARIANT: no error of the stream is thrown; the first one is kept. */
export class StreamOutput implements Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly unlimited: boolean;
  readonly color: boolean;
  readonly #stream: NodeJS.WriteStream;
  #first: NodeJS.ErrnoException | undefined;
  #pending = 0;
  #whenSettled: (() => void)[] = [];

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#stream = stream;
    const { isTerminal, columns, unlimited, color } = terminalOf(stream, env);
    this.isTerminal = isTerminal;
    this.columns = columns;
    this.unlimited = unlimited;
    this.color = color;
    stream.on('error', (error) => this.#note(error));
  }

  write(content: string | Uint8Array): void {
    this.#pending += 1;
    try {
      this.#stream.write(content, (error) => this.#done(error));
    } catch (error) {
      this.#done(error as Error);
    }
  }

  /** Why something could not be written. `benchmem … | head` closes the pipe early: the reader's choice, no failure. */
  get failure(): Error | undefined {
    return this.#first?.code === 'EPIPE' ? undefined : this.#first;
  }

  /** Resolves once everything is written, or could not be. */
  settled(): Promise<void> {
    return this.#pending === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#whenSettled.push(resolve));
  }

  #done(error: Error | null | undefined): void {
    this.#note(error);
    this.#pending -= 1;
    if (this.#pending > 0) return;
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  // WHY: the first error is kept, because what comes after it only says that the stream is closed.
  #note(error: Error | null | undefined): void {
    this.#first ??= error ?? undefined;
  }
}

/** All of a stream. Throws USAGE if it is a terminal; BAD_RUN_FILE, ABORTED. */
export async function readAll(stream: NodeJS.ReadStream, signal: AbortSignal): Promise<Buffer> {
  if (stream.isTTY) {
    throw new BenchmemError(
      'USAGE',
      '- is standard input, and that is a terminal',
      'pipe a run file in: benchmem run --json - | benchmem compare base.json -',
    );
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of addAbortSignal(signal, stream)) chunks.push(chunk as Buffer);
  } catch (cause) {
    if (signal.aborted) throw new BenchmemError('ABORTED', 'interrupted', '');
    const message = `cannot read standard input: ${(cause as Error).message}`;
    throw new BenchmemError('BAD_RUN_FILE', message, 'pipe a run file in, or name one', { cause });
  }
  return Buffer.concat(chunks);
}
