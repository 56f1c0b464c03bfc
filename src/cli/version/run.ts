// `benchmem version`: prints it.
import { type ExitCode, exitCode } from '../../errors.js';
import type { World } from '../world.js';

export async function run(
  _options: undefined,
  { stdout, version }: Pick<World, 'stdout' | 'version'>,
): Promise<ExitCode> {
  stdout.write(`${version}\n`);
  return exitCode.ok;
}
