// What `--loads` measures the loading of: files, and packages as an `import` in the working folder finds them.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BenchmemError } from '../../errors.js';
import { fileLabel, type Target } from './targets.js';

/** The name of such a benchmark: its id is `zod::load`. */
export const loadName = 'load';

/** A file where there is one, or where it is written as a path; else a package. Throws MODULE_NOT_FOUND. */
export async function loadTarget(operand: string, cwd: string): Promise<Target> {
  const path = resolve(cwd, operand);
  if (existsSync(path) || /^\.{0,2}\//.test(operand) || isAbsolute(operand)) {
    return { file: fileLabel(operand, cwd), path, name: loadName };
  }
  return { file: operand, path: await packagePath(operand, cwd), name: loadName };
}

// WHY a process: only an import in that folder finds what an import in that folder finds.
async function packagePath(name: string, cwd: string): Promise<string> {
  const script = 'process.stdout.write(import.meta.resolve(process.argv[1]))';
  const node = promisify(execFile);
  const found = await node(process.execPath, ['--input-type=module', '-e', script, name], { cwd }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
  if (found?.startsWith('file:') === true && existsSync(fileURLToPath(found))) return fileURLToPath(found);
  throw new BenchmemError(
    'MODULE_NOT_FOUND',
    `there is no file ${name}, and no package of that name in ${cwd}`,
    `npm install ${name}, or check the path`,
  );
}
