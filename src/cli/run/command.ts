// `benchmem run`: config, plan, work, exit code. Decides nothing about how a number is taken or printed.

import { resolve } from 'node:path';
import { type ExitCode, exitCode } from '../../errors.js';
import { benchFileNames } from '../../runner/discover.js';
import type { Plan } from '../../runner/plan.js';
import type { RunSettings } from '../../runner/settings.js';
import { printable } from '../../text/escapes.js';
import { type Io, withColor } from '../io.js';
import { besideDocument } from '../output.js';
import { findBaseline } from '../suite/baseline.js';
import { mergeParsed } from '../suite/config.js';
import { type RunArgs, readRunArgs } from '../suite/options.js';
import type { RunServices } from '../suite/services.js';
import { emptyShardText } from '../suite/texts.js';
import { RunWork } from '../suite/work.js';
import { renderError } from '../text/render-error.js';

export async function runCommand(
  parsed: Record<string, unknown>,
  processIo: Io,
  services: RunServices,
): Promise<ExitCode> {
  const config = await services.readConfig(processIo.cwd, parsed.config as string | undefined);
  const args = readRunArgs(mergeParsed(config, parsed));
  const colored = withColor(processIo, args.color);
  const io = besideDocument(colored, args.json);
  const node = await services.nodeVersion(args.node);
  const settings = settingsOf(args, io, services);
  const baseline = args.list ? undefined : await findBaseline(args, node, io);
  const { files, passedOver } = await services.discover(args.files, io.cwd);
  sayPassedOver(passedOver, io);
  const plan = await services.plan(
    files,
    { substring: args.keyword, shard: args.shard },
    { ...settings, signal: io.interrupted },
    settings.jobs,
  );
  try {
    return args.list
      ? listPlan(plan, args, io)
      : await new RunWork(
          { plan, args, settings, node, baseline, document: colored.stdout },
          io,
          services,
        ).run();
  } finally {
    plan.dispose();
  }
}

function settingsOf(args: RunArgs, io: Io, services: RunServices): RunSettings {
  return {
    environment: { ...io.env },
    nodeFlags: [...services.inheritedFlags(), ...args.nodeArgs],
    ...(args.node !== undefined && { execPath: resolveNode(args.node, io.cwd) }),
    timeoutMs: args.timeoutMs,
    jobs: args.jobs ?? Math.min(4, services.parallelism()),
    ...(args.memory !== undefined && { memory: args.memory }),
    ...(args.timing !== undefined && { timing: args.timing }),
  };
}

function sayPassedOver(labels: readonly string[], { stderr }: Io): void {
  if (labels.length === 0) return;
  const more = labels.length > 3 ? ` and ${labels.length - 3} more` : '';
  const names = labels.slice(0, 3).map(printable).join(', ');
  const verb = labels.length === 1 ? 'looks like a bench file and is' : 'look like bench files and are';
  stderr.write(`warning ${names}${more} ${verb} passed over: ${benchFileNames}\n`);
}

// A bare word is looked up in PATH, as a shell would.
function resolveNode(node: string, cwd: string): string {
  return node.includes('/') ? resolve(cwd, node) : node;
}

function listPlan(plan: Plan, { shard }: RunArgs, io: Io): ExitCode {
  const emptyShard = emptyShardText(plan, shard);
  if (emptyShard !== undefined) io.stderr.write(emptyShard);
  for (const { id } of plan.cases) io.stdout.write(`${printable(id)}\n`);
  for (const { id } of plan.skipped) io.stdout.write(`${printable(id)} (skipped)\n`);
  for (const { error } of plan.broken) io.stderr.write(renderError(error, io.stderr));
  return plan.broken.length > 0 ? exitCode.failed : exitCode.ok;
}
