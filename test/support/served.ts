// `benchmem serve` in a process of its own, on a free port of loopback, until it is stopped. Judges nothing.
import { setTimeout as later } from 'node:timers/promises';
import { startCli } from './cli-process.js';
import type { Ended } from './collected-process.js';

export interface Served {
  /** With a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Interrupts it, as Ctrl-C does. */
  stop(): Promise<Ended>;
}

/** Throws with what it printed where it ends instead. */
export async function startServed(
  cwd: string,
  argv: readonly string[] = [],
  { node, env = {} }: { readonly node?: string | undefined; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Served> {
  const { child, texts, ended } = startCli(['serve', '--port', '0', ...argv], {
    cwd,
    node,
    env: { XDG_CACHE_HOME: `${cwd}/cache`, ...env },
  });
  let end: Ended | undefined;
  void ended.then((answer) => {
    end = answer;
  });
  for (;;) {
    const [url, port] = /http:\/\/\S+:(\d+)\//.exec(texts.stdout) ?? [];
    if (url !== undefined && texts.stdout.includes('Ctrl-C')) {
      const stop = () => {
        child.kill('SIGINT');
        return ended;
      };
      return { url, port: Number(port), pid: child.pid as number, stop };
    }
    if (end !== undefined) throw new Error(`serve ended: ${JSON.stringify(end)}`);
    await later(20);
  }
}
