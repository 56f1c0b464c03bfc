// The report of a runner's own reporter: names a spool to the processes that will run tests, and prints what they wrote.
// Where a command named one already, that command makes the report, and this one stays silent.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportText } from './report-text.js';
import { readSpool, spoolVariable } from './spool.js';

export interface OwnReportOptions {
  /** Tests in the report, by peak; 5 unless given, 0: all. */
  readonly most?: number;
}

export class OwnReport {
  readonly #most: number;
  readonly #folder: string | undefined;

  constructor({ most = 5 }: OwnReportOptions = {}) {
    this.#most = most;
    if (process.env[spoolVariable]) return;
    this.#folder = mkdtempSync(join(tmpdir(), 'benchmem-spool-'));
    process.env[spoolVariable] = this.#folder;
    process.once('exit', () => this.#remove());
  }

  /** Prints what was measured since the last time. */
  print(write: (text: string) => void = (text) => void process.stdout.write(text)): void {
    if (this.#folder === undefined) return;
    write(reportText(readSpool(this.#folder), { most: this.#most }));
    // A runner that watches runs again: the folder stays, and is empty then.
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder);
  }

  #remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
