// What `benchmem exec` accepts: its flags as yargs shows them, the command behind --, and what they mean.
// Nothing is started or read from disk here.
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { duration, nonEmpty, refuseRepeated, usage } from '../option-values.js';

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

const groups = { how: 'What to observe:', output: 'Output:' };

const options = {
  interval: {
    group: groups.how,
    nargs: 1,
    describe:
      'A snapshot every 500ms, 5s, 2m, and a full collection before it, for at most 5 % of the time (default: every 1s, without collections; --no-interval: none)',
  },
  collect: {
    group: groups.how,
    type: 'boolean',
    describe: 'Full collections at snapshots (default: with --interval; --no-collect: none)',
  },
  signal: {
    group: groups.how,
    nargs: 1,
    describe:
      'A snapshot whenever the program gets this signal, unless it handles it itself (default: SIGUSR2; --no-signal: none)',
  },
  allocator: {
    group: groups.how,
    nargs: 1,
    choices: ['system', 'jemalloc'],
    describe: "What serves malloc (default: system, the program's own)",
  },
  follow: {
    group: groups.how,
    type: 'boolean',
    describe: 'Observe the Node programs that it starts too, with a report each',
  },
  json: {
    group: groups.output,
    nargs: 1,
    describe:
      'Write FILE with the snapshots, renewed at each: the first 999 of a process, then the newest in place of the last; - for standard output, at the end',
  },
  output: {
    group: groups.output,
    nargs: 1,
    describe: 'Write the summary to FILE, - for standard output (default: standard error)',
  },
  color: {
    group: groups.output,
    type: 'boolean',
    describe: 'Colour, or --no-color (default: on a terminal)',
  },
} as const;

/** Adds the command's flags and examples. */
export function buildExec(yargs: Argv): Argv {
  return yargs
    .usage(
      "$0 exec [options] -- COMMAND...\n\nRuns a Node program as it is and says what its memory was: native, JavaScript, fragmentation, or nobody's.",
    )
    .options(options)
    .example('$0 exec -- node server.js', 'a summary when it ends')
    .example('$0 exec --interval 5s --json memory.json -- node server.js', 'and how it grew, every 5 seconds')
    .example('$0 exec --follow -- npx tsc', 'npx starts the compiler: a report each')
    .example('kill -USR2 PID', 'takes a snapshot of a program that runs');
}

/** The typed meaning of parsed flags and of the words behind --; undefined: there was no --. Throws USAGE. */
export function readExecArgs(
  parsed: Record<string, unknown>,
  command: readonly string[] | undefined,
): ExecArgs {
  refuseRepeated(parsed, Object.keys(options));
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

// WHY a floor: a snapshot takes a millisecond or two, and asks a running heap for up to 50.
const shortestIntervalMs = 100;
const defaultIntervalMs = 1000;

// WHY only with --interval: who asked for nothing gets a program that runs as it does alone.
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

// Node, V8 or the C library need these themselves, or nobody can catch them.
const reserved = new Set([
  'SIGUSR1',
  'SIGKILL',
  'SIGSTOP',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGPROF',
  'SIGCHLD',
  'SIGABRT',
]);

function readSignal(raw: unknown): NodeJS.Signals | undefined {
  if (raw === false) return undefined;
  if (raw === undefined) return 'SIGUSR2';
  const name = String(raw)
    .toUpperCase()
    .replace(/^(?!SIG)/, 'SIG');
  if (!Object.hasOwn(constants.signals, name)) {
    throw usage(`--signal cannot be ${String(raw)}`, 'name a signal, for example --signal SIGUSR2');
  }
  if (reserved.has(name)) throw usage(`--signal cannot be ${name}: Node needs it itself`, 'SIGUSR2 is free');
  return name as NodeJS.Signals;
}

/** The names of all flags, for suggestions. */
export const execFlags: readonly string[] = Object.keys(options);
