// What both commands do before they plan: where output goes, which node measures, with which settings.
import { basename, resolve } from 'node:path';
import type { RunSettings } from '../../runner/settings.js';
import { defined } from '../../shapes.js';
import { besideDocument } from '../output.js';
import { withColor } from '../terminal.js';
import type { World } from '../world.js';
import type { SuiteArgs } from './options.js';

export interface Prepared {
  /** For tables and messages. */
  readonly world: World;
  /** What `--json -` writes to. */
  readonly document: World['stdout'];
  /** The version of the node that measures. */
  readonly node: string;
  readonly settings: RunSettings;
}

/** `needsPeak`: see RunSettings. Throws USAGE for a node that cannot be used. */
export async function prepare(args: SuiteArgs, processWorld: World, needsPeak: boolean): Promise<Prepared> {
  const colored = withColor(processWorld, args.color);
  const world = besideDocument(colored, args.json);
  const node = await world.nodeVersion(args.node);
  const settings = await settingsOf(args, world, needsPeak);
  return { world, document: colored.stdout, node, settings };
}

async function settingsOf(args: SuiteArgs, world: World, needsPeak: boolean): Promise<RunSettings> {
  const { memory, timing, node, timeoutMs } = args;
  return {
    environment: { ...world.env },
    nodeFlags: [...(await world.inheritedFlags()), ...args.nodeArgs],
    timeoutMs,
    jobs: args.jobs ?? Math.min(4, world.parallelism()),
    needsPeak,
    postfixes: [...args.words.original, ...args.words.reference],
    ...defined({ execPath: node && resolveNode(node, world.cwd), memory, timing }),
  };
}

// A bare word is looked up in PATH, as a shell would.
function resolveNode(node: string, cwd: string): string {
  return basename(node) === node ? node : resolve(cwd, node);
}
