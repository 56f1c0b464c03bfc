// What both commands do before they plan: where output goes, which node measures, with which settings.
import { resolve } from 'node:path';
import type { RunSettings } from '../../runner/settings.js';
import { defined } from '../../shapes.js';
import { type Io, withColor } from '../io.js';
import { besideDocument } from '../output.js';
import type { SuiteArgs } from './options.js';
import type { SuiteServices } from './services.js';

export interface Prepared {
  /** For tables and messages. */
  readonly io: Io;
  /** What `--json -` writes to. */
  readonly document: Io['stdout'];
  /** The version of the node that measures. */
  readonly node: string;
  readonly settings: RunSettings;
}

/** `needsPeak`: see RunSettings. Throws USAGE for a node that cannot be used. */
export async function prepare(
  args: SuiteArgs,
  processIo: Io,
  services: SuiteServices,
  needsPeak: boolean,
): Promise<Prepared> {
  const colored = withColor(processIo, args.color);
  const io = besideDocument(colored, args.json);
  const node = await services.nodeVersion(args.node);
  return { io, document: colored.stdout, node, settings: settingsOf(args, io, services, needsPeak) };
}

function settingsOf(args: SuiteArgs, io: Io, services: SuiteServices, needsPeak: boolean): RunSettings {
  const { memory, timing, node, timeoutMs } = args;
  return {
    environment: { ...io.env },
    nodeFlags: [...services.inheritedFlags(), ...args.nodeArgs],
    timeoutMs,
    jobs: args.jobs ?? Math.min(4, services.parallelism()),
    needsPeak,
    ...defined({ execPath: node && resolveNode(node, io.cwd), memory, timing }),
  };
}

// A bare word is looked up in PATH, as a shell would.
function resolveNode(node: string, cwd: string): string {
  return node.includes('/') ? resolve(cwd, node) : node;
}
