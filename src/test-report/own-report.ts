// The report of a runner's own reporter: names a spool to the processes that will run tests, and prints what they wrote.
// Where a command named one already, that command makes the report, and this one stays silent.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentHost, unsupportedHost } from '../native/host.js';
import { readSpool, spoolVariable } from '../testing/spool.js';

export interface OwnReportOptions {
  /** Tests in the report, by peak; 5 unless given, 0: all. */
  readonly most?: number;
}

// WHY: this is no literal, because the twin that is no ES module must load the ES module too: what measures text is one.
const renderer = new URL('./render-own.js', import.meta.url).href;

export class OwnReport {
  readonly #most: number;
  readonly #folder: string | undefined;
  /** Why nothing is measured on this machine. */
  readonly #refusal = unsupportedHost(currentHost())?.message;

  constructor({ most = 5 }: OwnReportOptions = {}) {
    this.#most = most;
    if (process.env[spoolVariable] || this.#refusal !== undefined) return;
    this.#folder = mkdtempSync(join(tmpdir(), 'benchmem-spool-'));
    process.env[spoolVariable] = this.#folder;
    process.once('exit', () => this.#remove());
  }

  /** Prints what was measured since the last time. */
  async print(): Promise<void> {
    if (this.#refusal !== undefined) process.stdout.write(`no memory report: ${this.#refusal}\n`);
    if (this.#folder === undefined) return;
    const { renderOwn } = (await import(renderer)) as typeof import('./render-own.js');
    process.stdout.write(renderOwn(readSpool(this.#folder), this.#most));
    // A runner that watches runs again: the folder stays, and is empty then.
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder);
  }

  #remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
