// The file that a plot needs: plotly's source out of the installed packages. Writes none.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BenchmemError } from '../errors.js';

/** The source text of plotly. Throws NOT_AVAILABLE if the package is not installed. */
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
