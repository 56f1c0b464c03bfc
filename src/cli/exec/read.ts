// What the flags of `benchmem exec` and the command behind -- mean.
// Nothing is started or read from disk here.
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { whyReserved } from '../../exec/signals.js';
import type { CommandLine } from '../command.js';
import { duration, nonEmpty, usage } from '../option-values.js';

export interface ExecArgs {
  readonly command: readonly string[];
  readonly allocator: 'system' | 'jemalloc';
  readonly intervalMs: number;
  /** Full collections are asked for at snapshots. */
  readonly collect: boolean;
  readonly signal: NodeJS.Signals | undefined;
  readonly follow: boolean;
  readonly json: string | undefined;
  readonly output: string | undefined;
  readonly color: boolean | undefined;
}

/** The typed meaning of parsed flags and of the words behind --. Throws USAGE. */
export function read({ parsed, behind: command }: CommandLine): ExecArgs {
  const [, ...words] = (parsed._ as readonly unknown[]).map(String);
  const json = nonEmpty('--json', parsed.json, 'name the file to write');
  const output = nonEmpty('--output', parsed.output, 'name the file to write');
  if (json !== undefined && output !== undefined && resolve(json) === resolve(output)) {
    throw usage(`--json and --output both name ${json}`, 'name a file each');
  }
  return {
    command: readCommand(command, words),
    allocator: parsed.allocator === 'jemalloc' ? 'jemalloc' : 'system',
    intervalMs: readInterval(parsed.interval),
    collect: readCollect(parsed.collect, parsed.interval),
    signal: readSignal(parsed.signal),
    follow: parsed.follow === true,
    json,
    output,
    color: parsed.color as boolean | undefined,
  };
}

function readCommand(command: readonly string[] | undefined, words: readonly string[]): readonly string[] {
  if (words.length > 0) {
    const example = `benchmem exec [options] -- ${words.join(' ')}`;
    throw usage('the command stands behind --', `for example: ${example}`);
  }
  if (command === undefined || command.length === 0 || command[0] === '') {
    throw usage('exec needs a command behind --', 'for example: benchmem exec -- node server.js');
  }
  return command;
}

// WHY: there is a floor, because a snapshot takes a millisecond or two, and asks a running heap for up to 50.
const shortestIntervalMs = 100;
const defaultIntervalMs = 1000;

// WHY: it is on only with --interval, because who asked for nothing gets a program that runs as it does alone.
function readCollect(raw: unknown, interval: unknown): boolean {
  if (raw === undefined) return interval !== undefined && interval !== false;
  return raw === true;
}

function readInterval(raw: unknown): number {
  if (raw === false) return 0;
  const intervalMs = duration('--interval', raw) ?? defaultIntervalMs;
  if (intervalMs >= shortestIntervalMs) return Math.round(intervalMs);
  throw usage(
    `--interval must be ${shortestIntervalMs}ms or more, not ${String(raw)}`,
    'for example --interval 1s',
  );
}

function readSignal(raw: unknown): NodeJS.Signals | undefined {
  if (raw === false) return undefined;
  if (raw === undefined) return 'SIGUSR2';
  const name = String(raw)
    .toUpperCase()
    .replace(/^(?!SIG)/, 'SIG');
  if (!Object.hasOwn(constants.signals, name)) {
    throw usage(`--signal cannot be ${String(raw)}`, 'name a signal, for example --signal SIGUSR2');
  }
  const why = whyReserved(name as NodeJS.Signals);
  if (why !== undefined) throw usage(`--signal cannot be ${name}: ${why}`, 'SIGUSR2 is free');
  return name as NodeJS.Signals;
}
