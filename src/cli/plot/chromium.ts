// Images of a page by an installed Chromium, without a driver: it draws the page, the page answers with the image.
// SAFETY: a profile of its own in a temporary folder, no name resolves, and nothing is left behind.
import { spawn } from 'node:child_process';
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownFolder } from '../../engine/child/parent/own-folder.js';
import { BenchmemError, cannotWrite } from '../../errors.js';
import { withStreams } from '../../files/system-error.js';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome-headless-shell',
  'microsoft-edge',
];
const longestMs = 120_000;

/** The browser at `path`, or the first that PATH has. Throws NOT_AVAILABLE. */
export async function findChromium(
  path: string | undefined,
  search = process.env.PATH ?? '',
): Promise<string> {
  if (path !== undefined) {
    if (await isExecutable(path)) return path;
    throw new BenchmemError(
      'NOT_AVAILABLE',
      `${path} is not a program that can be started`,
      'name a Chromium with --browser PATH',
    );
  }
  for (const name of names) {
    for (const folder of search.split(delimiter).filter(Boolean)) {
      if (await isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  throw new BenchmemError(
    'NOT_AVAILABLE',
    'no Chromium was found, and PNG and SVG are drawn by one',
    'install chromium, name one with --browser PATH, or write .html instead',
  );
}

/** The image that `page` answers with. Throws NOT_AVAILABLE if the browser gives none; ABORTED after `signal`. */
export async function chromiumImage(
  browser: string,
  page: string,
  format: 'png' | 'svg',
  signal: AbortSignal,
): Promise<Uint8Array> {
  const folder = ownFolder('benchmem-plot-');
  try {
    const file = join(folder, 'page.html');
    await writeFile(file, page).catch((cause: unknown) => {
      throw cannotWrite(file, cause);
    });
    const { text, errors } = await dumpDom(browser, file, join(folder, 'profile'), signal);
    const found = /<pre id="image">(data:image\/[^<]*)<\/pre>/.exec(text)?.[1];
    if (found !== undefined) return decode(found, format);
    throw new BenchmemError(
      'NOT_AVAILABLE',
      `${browser} drew no image`,
      `write .html instead, or name another browser with --browser PATH\n${errors.trim().split('\n').slice(-3).join('\n')}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

// WHY: entities are undone, because the DOM is dumped as markup.
function decode(uri: string, format: 'png' | 'svg'): Uint8Array {
  const text = uri.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const body = text.slice(text.indexOf(',') + 1);
  return format === 'png' ? Buffer.from(body, 'base64') : Buffer.from(decodeURIComponent(body), 'utf8');
}

function dumpDom(
  browser: string,
  file: string,
  profile: string,
  signal: AbortSignal,
): Promise<{ text: string; errors: string }> {
  const flags = [
    '--headless',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--hide-scrollbars',
    '--virtual-time-budget=60000',
    `--user-data-dir=${profile}`,
    // Chromium refuses its sandbox to root; the page is our own and may load nothing.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--dump-dom',
    pathToFileURL(file).href,
  ];
  return new Promise((done, failed) => {
    const child = withStreams(
      spawn(browser, flags, {
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
        timeout: longestMs,
        killSignal: 'SIGKILL',
      }),
    );
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.once('error', (cause) => failed(notStarted(browser, cause, signal)));
    child.once('close', () =>
      done({ text: Buffer.concat(output).toString('utf8'), errors: Buffer.concat(errors).toString('utf8') }),
    );
  });
}

function notStarted(browser: string, cause: Error, { aborted }: AbortSignal): BenchmemError {
  if (aborted) return new BenchmemError('ABORTED', 'interrupted', '');
  return new BenchmemError(
    'NOT_AVAILABLE',
    `${browser} cannot be started: ${cause.message}`,
    'name a Chromium with --browser PATH',
    { cause },
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
