// The browser of the picture tests: BENCHMEM_CHROMIUM, or the first Chromium on PATH; undefined if there is none.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.BENCHMEM_CHROMIUM) return env.BENCHMEM_CHROMIUM;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

export const noBrowser = 'no Chromium was found: apt-get install chromium, or name one in BENCHMEM_CHROMIUM';

/** The browser at that path; without its sandbox where this process is root, as it refuses to start with one. */
export function launchChromium(executablePath: string | undefined): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath as string,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
