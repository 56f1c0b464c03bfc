// Imports a module and finds the exported function. Must not transform anything: what it gets can be imported.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { BenchmemError } from '../../errors.js';
import type { Call } from '../window/span.js';
import type { Loadable } from './module-action.js';

/** Throws MODULE_NOT_FOUND, MODULE_FAILED, EXPORT_NOT_FOUND. */
export async function loadExport({ url, name, exportName }: Loadable): Promise<Call> {
  const namespace = await importModule(url, name);
  const found = findExport(namespace, exportName);
  if (typeof found === 'function') return found as Call;
  const available = functionNames(namespace);
  throw new BenchmemError(
    'EXPORT_NOT_FOUND',
    `${name} has no exported function ${exportName}${found === undefined ? '' : ` (it is a ${typeof found})`}`,
    available.length === 0 ? 'it exports no function at all' : `it exports: ${available.join(', ')}`,
  );
}

type Namespace = Readonly<Record<string, unknown>>;

/** The module's namespace. Throws MODULE_NOT_FOUND, MODULE_FAILED. */
export async function importModule(url: string, name: string): Promise<Namespace> {
  try {
    return requireModule(url) ?? ((await import(url)) as Namespace);
  } catch (cause) {
    const { code } = (cause ?? {}) as NodeJS.ErrnoException;
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    const why = cause instanceof Error ? cause.message : String(cause);
    if (missing) {
      throw new BenchmemError(
        'MODULE_NOT_FOUND',
        `${name} cannot be loaded: ${why}`,
        'check its path and its imports',
        { cause },
      );
    }
    throw new BenchmemError('MODULE_FAILED', `${name} failed while it was loaded: ${why}`, 'see the cause', {
      cause,
    });
  }
}

// WHY: it takes no turn of the event loop and no thread of the pool, so that the heap is the same in every run; the
// module instances are those of `import`. undefined: this module must be imported (top-level await, a loader, an
// older Node).
function requireModule(url: string): Namespace | undefined {
  const { require_module: available } = process.features as { require_module?: boolean };
  if (available !== true || usesLoader()) return undefined;
  try {
    const exported: unknown = createRequire(url)(fileURLToPath(url));
    return types.isModuleNamespaceObject(exported) ? (exported as Namespace) : { default: exported };
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_REQUIRE_ASYNC_MODULE') return undefined;
    throw error;
  }
}

function usesLoader(): boolean {
  return /--(import|loader|experimental-loader)\b/.test(
    [...process.execArgv, process.env.NODE_OPTIONS].join(' '),
  );
}

// A CommonJS module is its own default export, with its names as properties; transpiled ones nest a second default.
function findExport(namespace: Namespace, exportName: string): unknown {
  if (exportName !== 'default') return namespace[exportName] ?? commonJs(namespace)?.[exportName];
  return typeof namespace.default === 'function' ? namespace.default : commonJs(namespace)?.default;
}

function commonJs({ default: exported }: Namespace): Namespace | undefined {
  return typeof exported === 'object' && exported !== null ? (exported as Namespace) : undefined;
}

function functionNames(namespace: Namespace): string[] {
  const names = [...Object.keys(namespace), ...Object.keys(commonJs(namespace) ?? {})];
  return [...new Set(names)].filter((name) => typeof findExport(namespace, name) === 'function').sort();
}
