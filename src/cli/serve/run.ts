// `benchmem serve`: read the runs, listen, say where, renew what is shown when runs are saved, end when interrupted.
import { networkInterfaces } from 'node:os';
import { assetsOf } from '../../dashboard/assets.js';
import { type ExitCode, exitCode } from '../../errors.js';
import { printable, printableLines } from '../../text/escapes.js';
import { readPlotlySource } from '../plotly-source.js';
import { refuseUnknownReference, slugOf } from '../saved-runs.js';
import type { World } from '../world.js';
import { type AppWorld, appOf } from './app.js';
import { allowedHosts, isLoopback, urlHost } from './guard.js';
import { type Listening, listen } from './listen.js';
import type { ServeArgs } from './read.js';
import { Shown } from './shown.js';
import { Streams } from './streams.js';

export async function run(args: ServeArgs, world: World): Promise<ExitCode> {
  const { clock, cwd, env, stderr, interrupted } = world;
  const assets = assetsOf(await readPlotlySource(), slugOf);
  const streams = new Streams(clock.every);
  const store = await world.openStore(args.storage, { cwd, env }, { isReadOnly: true, connections: 4 });
  const shown = new Shown(store, args, cwd);
  const complain = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stderr.write(`benchmem: ${printableLines(text)}\n`);
  };
  let who: ReturnType<AppWorld['listening']> = { hosts: new Set(), port: 0 };
  const source = () => shown.source();
  const app = appOf({ assets, streams, source, listening: () => who, complain });
  const server = await listen(app.fetch, args);
  let stopWatching = () => {};
  try {
    const { address, port } = server;
    who = { port, hosts: allowedHosts({ ...args, address }, args.allowHosts, ownAddresses()) };
    refuseUnknownReference(args.reference, (await source()).board);
    const renew = async () => {
      const version = await shown.renew();
      if (version !== undefined) streams.tell(version);
    };
    stopWatching = store.watch(() => void renew().catch(complain));
    for (const caution of await store.cautions()) stderr.write(`warning: ${printable(caution)}\n`);
    announce(args, (await source()).board.runs.length, server, world);
    await aborted(interrupted);
    return exitCode.ok;
  } finally {
    stopWatching();
    streams.close();
    await server.close();
    await store.close();
  }
}

function announce(
  { host, storage }: ServeArgs,
  runs: number,
  { address, port }: Listening,
  { stdout, stderr }: World,
): void {
  const count = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  stdout.write(`${count} of ${printable(storage)} on http://${urlHost(host)}:${port}/\n`);
  if (!isLoopback(address)) {
    stderr.write(
      `warning: ${address} can be reached from other machines, and everyone there may read the saved runs\n`,
    );
  }
  stdout.write('Ctrl-C ends it\n');
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
