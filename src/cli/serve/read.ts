// The typed plan that the flags of `benchmem serve` mean.
import { type BoardArgs, boardSettings, readBoardArgs } from '../board-flags.js';
import type { CommandLine, Parsed } from '../command.js';
import { nonEmpty, strings, usage, wholeNumber } from '../option-values.js';
import { readOver } from '../over-config.js';
import type { World } from '../world.js';
import { usualPort } from './flags.js';

export interface ServeArgs extends BoardArgs {
  readonly host: string;
  /** 0 is a free one. */
  readonly port: number;
  /** Names beside those that the address itself has. */
  readonly allowHosts: readonly string[];
}

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<ServeArgs> {
  return readOver(parsed, cwd, boardSettings, readServeArgs);
}

/** Throws USAGE. */
export function readServeArgs(parsed: Parsed): ServeArgs {
  const host = nonEmpty('--host', parsed.host, 'for example --host 127.0.0.1') ?? '127.0.0.1';
  const port = { accepts: (value: number) => value <= 65_535, wants: 'a port from 0 to 65535' };
  return {
    ...readBoardArgs('serve', parsed),
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: wholeNumber('--port', parsed.port, port) ?? usualPort,
    allowHosts: strings(parsed['allow-host']).map(hostName),
  };
}

function hostName(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text.toLowerCase();
  throw usage(
    `--allow-host must be a name without a port, not ${JSON.stringify(text)}`,
    'for example --allow-host bench.example',
  );
}
