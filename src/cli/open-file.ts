// Shows a file that a command wrote. Writes none.
import { spawn } from 'node:child_process';
import { BenchmemError } from '../errors.js';

/** The program that shows a file on the desktop of each system. */
const openers: Readonly<Record<string, string>> = { darwin: 'open', win32: 'explorer.exe' };

/** Shows a file with the program that the desktop has for it. Throws NOT_AVAILABLE. */
export async function openFile(path: string, platform: string = process.platform): Promise<void> {
  const opener = openers[platform] ?? 'xdg-open';
  await new Promise<void>((done, failed) => {
    const child = spawn(opener, [path], { detached: true, stdio: 'ignore' });
    child.once('error', (cause) =>
      failed(
        new BenchmemError(
          'NOT_AVAILABLE',
          `${opener} cannot be started, so nothing is shown`,
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
