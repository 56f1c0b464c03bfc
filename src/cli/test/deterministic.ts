// How a runner is started so that its tests run in preloaded processes with V8's flags. The library and the flags have to
// reach the very processes that run tests, so that only runners are known whose processes are known. Pure.
import { basename, delimiter } from 'node:path';
import { repeatableFlags } from '../../engine/child/parent/node-flags.js';
import { preloadVariable } from '../../testing/process-tests.js';
import { usage } from '../option-values.js';
import { findRunner, isNode, type RunnerName } from './runners.js';

export interface DeterministicRequest {
  readonly command: readonly string[];
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** As LD_PRELOAD can name it. */
  readonly library: string;
  /** The module that hands the library on to the processes that a process starts. */
  readonly handOn: string;
  /** The node that runs a runner named by its program alone. */
  readonly node: string;
  /** The file that a runner's program is. */
  fileOf(runner: RunnerName): string;
}

export interface Launch {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Throws USAGE for a command whose processes are not known. */
export function deterministicLaunch(request: DeterministicRequest): Launch {
  const { environment, library, handOn } = request;
  const { LD_PRELOAD: before } = environment;
  const handed = { library, allocator: 'jemalloc', before: before ?? null, flags: repeatableFlags };
  return {
    command: flaggedCommand(request),
    environment: {
      ...environment,
      LD_PRELOAD: [library, before].filter(Boolean).join(delimiter),
      BENCHMEM_ALLOCATOR: handed.allocator,
      NODE_OPTIONS: [environment.NODE_OPTIONS, `--require ${JSON.stringify(handOn)}`]
        .filter(Boolean)
        .join(' '),
      [preloadVariable]: JSON.stringify(handed),
    },
  };
}

const launchers = new Set(['npx', 'pnpm', 'yarn', 'exec', '--no-install', '--no', '-y', '--yes', '--']);

// WHY: NODE_OPTIONS does not carry them, because node refuses these flags there.
function flaggedCommand({ command, node, fileOf }: DeterministicRequest): readonly string[] {
  const found = findRunner(command);
  if (found === undefined) throw unknownRunner(command);
  const { name, at } = found;
  // Its plug-in gives the flags to the processes that run tests.
  if (name === 'vitest') return command;
  const [first = '', ...rest] = command;
  if (isNode(first)) return [first, ...repeatableFlags, ...rest];
  if (name === 'node:test' || !command.slice(0, at).every((word) => launchers.has(basename(word)))) {
    throw unknownRunner(command);
  }
  return [node, ...repeatableFlags, fileOf(name), ...command.slice(at + 1)];
}

function unknownRunner(command: readonly string[]): Error {
  return usage(
    `--deterministic starts vitest, jest, mocha or node --test, and not ${command.join(' ')}`,
    'name the runner itself: benchmem test --deterministic -- npx jest',
  );
}
