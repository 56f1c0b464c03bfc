// Flags over some settings of the project's config, for commands that take nothing else of it.
import { findConfig } from '../engine/modules/config-file.js';

type Parsed = Record<string, unknown>;

/** What `read` makes of flags and of what the config renames. Throws BAD_CONFIG. */
export async function readOverRenames<Options>(
  parsed: Readonly<Parsed>,
  cwd: string,
  read: (parsed: Readonly<Parsed>) => Options,
): Promise<Options> {
  return readOver(parsed, cwd, ['renames'], read);
}

/** What `read` makes of flags over some settings of the config. Throws BAD_CONFIG. */
export async function readOver<Options>(
  parsed: Readonly<Parsed>,
  cwd: string,
  settings: readonly string[],
  read: (parsed: Readonly<Parsed>) => Options,
): Promise<Options> {
  // WHY: flags are read first, because wrong ones are reported whatever a config says.
  read(parsed);
  const found = await findConfig(cwd, undefined);
  // PERF: what a config may say is twenty files, and most folders have none.
  const config = found === undefined ? {} : (await import('./suite/config.js')).flagsIn(found);
  const taken = settings.flatMap((name) =>
    config[name] === undefined ? [] : [[name, config[name]] as const],
  );
  const given = Object.entries(parsed).filter(([, value]) => value !== undefined);
  return read({ ...Object.fromEntries(taken), ...Object.fromEntries(given) });
}
