// `benchmem serve`: read the runs, listen, say where, renew what is shown when runs are saved, end when interrupted.
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { assetsOf } from '../../dashboard/assets.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { findRun } from '../../history/roles.js';
import { printable } from '../../text/escapes.js';
import { readPlotlySource } from '../plotly-source.js';
import { slugOf } from '../saved-runs.js';
import type { World } from '../world.js';
import { appOf } from './app.js';
import { allowedHosts, isLoopback, urlHost } from './guard.js';
import { listen } from './listen.js';
import type { ServeArgs } from './read.js';
import { Shown } from './shown.js';
import { Streams } from './streams.js';
import { watchFolder } from './watch.js';

export async function run(args: ServeArgs, world: World): Promise<ExitCode> {
  const { clock, cwd, stdout, stderr, interrupted } = world;
  const assets = assetsOf(await readPlotlySource(), slugOf);
  const streams = new Streams(clock.every);
  const complain = (error: unknown) => {
    stderr.write(
      `benchmem: ${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
    );
  };
  const shown = new Shown(args, world, (version) => streams.tell(version));
  const listening = { hosts: new Set<string>() as ReadonlySet<string>, port: 0 };
  const app = appOf({ assets, streams, source: () => shown.source(), listening, complain });
  const server = await listen(app.fetch, args);
  let stopWatching = () => {};
  try {
    const { address, port } = server;
    Object.assign(listening, {
      port,
      hosts: allowedHosts({ ...args, address }, args.allowHosts, ownAddresses()),
    });
    const { board } = await shown.renew();
    if (args.reference !== undefined && board.runs.length > 0) {
      findRun(
        args.reference,
        board.runs.map(({ head }) => head),
        '--reference',
        [],
      );
    }
    stopWatching = watchFolder(resolve(cwd, args.storage), clock, () => void shown.renew().catch(complain));
    const count = `${board.runs.length} ${board.runs.length === 1 ? 'run' : 'runs'}`;
    stdout.write(`${count} of ${printable(args.storage)} on http://${urlHost(args.host)}:${port}/\n`);
    if (!isLoopback(address)) {
      stderr.write(
        `warning: ${address} can be reached from other machines, and everyone there may read the saved runs\n`,
      );
    }
    stdout.write('Ctrl-C ends it\n');
    await aborted(interrupted);
    return exitCode.ok;
  } finally {
    stopWatching();
    streams.close();
    await server.close();
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}
