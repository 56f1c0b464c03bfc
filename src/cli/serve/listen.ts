// A listening socket for an app, and how it ends.
import type { AddressInfo } from 'node:net';
import type { BenchmemError } from '../../errors.js';
import { usage } from '../option-values.js';
import { serve } from './framework.js';

export interface Listening {
  /** As the system has it: `127.0.0.1`, `::`. */
  readonly address: string;
  readonly port: number;
  /** Ends all connections too. */
  close(): Promise<void>;
}

/** Throws USAGE if the address or the port cannot be had. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = serve({ fetch, hostname: host, port });
  await new Promise<void>((done, failed) => {
    server.once('listening', done);
    server.once('error', (cause: NodeJS.ErrnoException) => failed(refused(cause, host, port)));
  });
  const { address, port: given } = server.address() as AddressInfo;
  return {
    address,
    port: given,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function refused(cause: NodeJS.ErrnoException, host: string, port: number): BenchmemError {
  switch (cause.code) {
    case 'EADDRINUSE':
      return usage(
        `port ${port} of ${host} is taken by another program`,
        'pass another --port, or --port 0 for a free one',
        cause,
      );
    case 'EACCES':
      return usage(
        `port ${port} of ${host} may not be used by you`,
        'pass a --port above 1023, or --port 0 for a free one',
        cause,
      );
    default:
      return usage(
        `${host} cannot be listened on: ${cause.message}`,
        'pass an address of this machine, such as --host 127.0.0.1',
        cause,
      );
  }
}
