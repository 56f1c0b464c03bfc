// The files around a plot: plotly's source out of the installed packages, and showing the picture's file. Writes none.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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
