// The files around a plot: plotly's source out of the installed packages, the picture's file, showing it.
// Writes nothing but the one file that it is told.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { BenchmemError } from '../../errors.js';

/** The source text of plotly. Throws NOT_AVAILABLE where the package is not installed. */
export async function readPlotlySource(): Promise<string> {
  try {
    return await readFile(createRequire(import.meta.url).resolve('plotly.js-cartesian-dist-min'), 'utf8');
  } catch (cause) {
    throw new BenchmemError(
      'NOT_AVAILABLE',
      'plotly.js-cartesian-dist-min is not installed, and pictures need it',
      'install benchmem again with its dependencies',
      { cause },
    );
  }
}

/** Writes the file whole: to a sibling, then renamed. `name` is what errors call it. Throws CANNOT_WRITE. */
export async function writeOutput(path: string, name: string, content: string | Uint8Array): Promise<void> {
  const sibling = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(sibling, content);
    await rename(sibling, path);
  } catch (cause) {
    await rm(sibling, { force: true });
    const hint = 'name a file in a folder that can be written';
    throw new BenchmemError('CANNOT_WRITE', `cannot write ${name}: ${(cause as Error).message}`, hint, {
      cause,
    });
  }
}

/** Shows a file with the program that the desktop has for it. Throws NOT_AVAILABLE. */
export async function openFile(path: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    const child = spawn('xdg-open', [path], { detached: true, stdio: 'ignore' });
    child.once('error', (cause) =>
      failed(
        new BenchmemError(
          'NOT_AVAILABLE',
          'xdg-open cannot be started, so nothing is shown',
          `open ${path} yourself`,
          { cause },
        ),
      ),
    );
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}
