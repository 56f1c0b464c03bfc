// The plan of a run whose benchmarks are exported functions: modules loaded, functions chosen, ids composed.
// Loads modules through children; measures nothing.
import { statSync } from 'node:fs';
import { BenchmemError, ChildError, exitCode } from '../errors.js';
import { defined } from '../shapes.js';
import type { NamedFile } from './discover.js';
import { type ChosenExport, chooseExports, type ExportChoice } from './exports.js';
import { type ChildSettings, type LoadedFile, type LoadFile, loadFile } from './list.js';
import { type Choice, type Plan, refuseTwice, select } from './plan.js';
import type { PlannedCase } from './planned.js';

type Loaded = LoadedFile<'exports'>;

/**
 * Loads the modules one by one. A module that cannot be loaded ends the plan, because somebody named it. Throws USAGE,
 * EXPORT_NOT_FOUND, MODULE_NOT_FOUND, MODULE_FAILED, TRANSFORM_FAILED, ABORTED.
 */
export async function planExports(
  files: readonly NamedFile[],
  asked: ExportChoice,
  choice: Choice,
  settings: ChildSettings,
  load: LoadFile<'exports'> = loadModule,
): Promise<Plan> {
  refuseTwice(files);
  const loaded: Loaded[] = [];
  const dispose = () => {
    for (const each of loaded) each.dispose();
  };
  try {
    const all: PlannedCase[] = [];
    for (const file of files) {
      const module = await load(file, 'exports', settings);
      loaded.push(module);
      const chosen = chooseExports(file.label, module.found, asked);
      all.push(...chosen.map((each) => plannedExport(module, each, asked.callArguments)));
    }
    return { ...select(all, choice), broken: [], empty: [], dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function plannedExport(
  { file, url }: Pick<Loaded, 'file' | 'url'>,
  { name, setup }: ChosenExport,
  args: readonly unknown[],
): PlannedCase {
  return {
    id: `${file.label}::${name}`,
    file: file.label,
    url,
    description: {
      localId: name,
      name,
      group: null,
      params: null,
      param: null,
      options: args.length === 0 ? {} : { extraInfo: { args: JSON.stringify(args) } },
    },
    origin: { kind: 'export', name, args, ...defined({ setup }) },
  };
}

const loadModule: LoadFile<'exports'> = async (file, wants, settings) => {
  requireFile(file);
  try {
    return await loadFile(file, wants, settings);
  } catch (error) {
    throw endedWhileLoading(error) ? unloadable(file, error) : error;
  }
};

function requireFile({ label, path }: NamedFile): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new BenchmemError('MODULE_NOT_FOUND', `there is no file ${label}`, 'check the path');
  }
  if (!found.isFile()) {
    throw new BenchmemError('MODULE_NOT_FOUND', `${label} is not a file`, 'name the module itself');
  }
}

// A child that ends of a benchmark is that benchmark's failure; here there is none yet, only the module.
function endedWhileLoading(error: unknown): error is ChildError {
  return error instanceof ChildError && error.exitCode === exitCode.failed;
}

function unloadable({ label }: NamedFile, error: ChildError): ChildError {
  const { child } = error;
  const message = `${label} cannot be loaded: ${error.message}`;
  return new ChildError('MODULE_FAILED', message, `node ${label} shows where`, { child, cause: error.cause });
}
