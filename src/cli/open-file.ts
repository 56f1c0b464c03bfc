// Shows a file that a command wrote. Writes none.
import { spawn } from 'node:child_process';
import { BenchmemError } from '../errors.js';

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
