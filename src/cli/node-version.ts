// Which version of Node a binary is. Runs it, and nothing else.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchmemError } from '../errors.js';

/** The version of a node binary; of this process without a path. Throws USAGE. */
export async function nodeVersion(path: string | undefined): Promise<string> {
  if (path === undefined) return process.versions.node;
  try {
    const { stdout } = await promisify(execFile)(path, ['-p', 'process.versions.node'], { timeout: 30_000 });
    const version = stdout.trim();
    if (Number.parseInt(version, 10) >= 20) return version;
    throw new Error(version === '' ? 'it prints no version' : `it is Node ${version}`);
  } catch (cause) {
    throw new BenchmemError(
      'USAGE',
      `--node ${path} cannot be used: ${(cause as Error).message}`,
      'name the binary of a Node.js 20 or newer',
      { cause },
    );
  }
}
