// The plan of a run that measures what loading takes: files, and packages as an `import` in the working folder finds them.
// Loads none of them; their measuring children do.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeImportable } from '../engine/modules/importable.js';
import { BenchmemError } from '../errors.js';
import { labelOf, type NamedFile } from './discover.js';
import type { ChildSettings } from './list.js';
import { type Choice, type Plan, refuseTwice, select } from './plan.js';
import type { PlannedCase } from './planned.js';

/** The name of such a benchmark: its id is `zod::load`. */
const loadName = 'load';

/** Throws USAGE, MODULE_NOT_FOUND, TRANSFORM_FAILED. */
export async function planLoads(
  operands: readonly string[],
  cwd: string,
  choice: Choice,
  { execPath }: Pick<ChildSettings, 'execPath'>,
): Promise<Plan> {
  const files: NamedFile[] = [];
  for (const operand of operands) files.push(await findOperand(operand, cwd, execPath ?? process.execPath));
  refuseTwice(files);
  const modules = await makeImportable(
    files.map(({ path }) => path),
    execPath !== undefined,
  );
  const all = files.map(({ label, path }) => plannedLoad(label, modules.urlOf(path)));
  return { ...select(all, choice), broken: [], empty: [], dispose: () => modules.dispose() };
}

function plannedLoad(file: string, url: string): PlannedCase {
  const named = { localId: loadName, name: loadName, group: null, params: null, param: null };
  return {
    id: `${file}::${loadName}`,
    file,
    url,
    description: { ...named, options: {} },
    origin: { kind: 'load' },
  };
}

/** A file where there is one, or where it is written as a path; else a package. */
async function findOperand(operand: string, cwd: string, node: string): Promise<NamedFile> {
  const path = resolve(cwd, operand);
  if (existsSync(path) || /^\.{0,2}\//.test(operand) || isAbsolute(operand)) {
    return { label: labelOf(path, cwd), path };
  }
  return { label: operand, path: await packagePath(operand, cwd, node) };
}

// WHY: a process is asked, because only an import in that folder finds what an import in that folder finds.
async function packagePath(name: string, cwd: string, node: string): Promise<string> {
  const script = 'process.stdout.write(import.meta.resolve(process.argv[1]))';
  const found = await promisify(execFile)(node, ['--input-type=module', '-e', script, name], { cwd }).then(
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
