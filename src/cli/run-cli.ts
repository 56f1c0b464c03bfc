// argv in, exit code out: reads the command line, runs one command, prints every error. Sets no exit code itself.
import { exitCode } from '../errors.js';
import { systemError } from '../files/system-error.js';
import type { Command } from './command.js';
import { commands as ownCommands } from './commands.js';
import { parseArgv } from './parser.js';
import { overEnvironment, withStorageName } from './storage.js';
import { isForeseen, renderBug, renderError } from './text/render-error.js';
import type { CommandEnd, World } from './world.js';

/**
 * Runs the command that `argv` (without the interpreter and the script) names; answers its exit code, or the signal
 * that ended the program which `exec` ran.
 */
export async function runCli(
  argv: readonly string[],
  world: World,
  commands: readonly Command[] = ownCommands,
): Promise<CommandEnd> {
  try {
    return await runAsked(argv, world, commands);
  } catch (thrown) {
    const error = systemError(thrown) ?? thrown;
    if (!isForeseen(error)) {
      world.stderr.write(renderBug(error, world.stderr));
      return exitCode.bug;
    }
    world.stderr.write(renderError(error, world.stderr));
    return error.exitCode;
  }
}

async function runAsked(
  argv: readonly string[],
  world: World,
  commands: readonly Command[],
): Promise<CommandEnd> {
  const { version, stdout, stderr } = world;
  const asked = await parseArgv(argv, commands, { version, columns: stdout.columns });
  if ('text' in asked) {
    const ask = asked.isUsage ? await world.prompts() : undefined;
    if (ask !== undefined) return (await import('./ask/session.js')).runSession(world, ask);
    const output = asked.isUsage ? stderr : stdout;
    output.write(`${asked.text.trimEnd()}\n`);
    return asked.isUsage ? exitCode.usage : exitCode.ok;
  }
  const { read } = await asked.command.read();
  const options = withStorageName(await read(overEnvironment(asked.line, world), world), world);
  if (asked.command.measures(options)) await world.checkMeasurable();
  const { run } = await asked.command.run();
  return run(options, world);
}
