// The child that imports a module to see what it exports, answers once and ends.
// Runs user code: its own part stays this small.
import { describeError, type ErrorText } from '../../error-text.js';
import type { ExportEntry } from './targets.js';

/** Child to parent, once. */
export type ListExportsMessage =
  | { readonly benchmem: 'exports'; readonly entries: readonly ExportEntry[] }
  | { readonly benchmem: 'import-failed'; readonly error: ErrorText; readonly missing: boolean };

type Namespace = Readonly<Record<string, unknown>>;

// WHY bound now: user code may replace it.
const send = process.send?.bind(process);
if (send === undefined) throw new Error('benchmem: this module is started by benchmem only');

process.once('message', async (url: string) => {
  // WHY exit, and not the parent's kill: what the module cleans up at exit gets its chance.
  send(await answer(url), () => process.exit(0));
});

async function answer(url: string): Promise<ListExportsMessage> {
  try {
    return { benchmem: 'exports', entries: entriesOf((await import(url)) as Namespace) };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException | null)?.code === 'ERR_MODULE_NOT_FOUND';
    return {
      benchmem: 'import-failed',
      error: describeError(error),
      missing,
    };
  }
}

/** A CommonJS module's names stand on its default export; `default` itself is listed only where it is a function. */
function entriesOf(namespace: Namespace): ExportEntry[] {
  const { default: exported, ...named } = namespace;
  const properties = typeof exported === 'object' && exported !== null ? { ...exported } : {};
  const found = new Map(Object.entries({ ...properties, ...named }));
  found.delete('module.exports');
  found.delete('__esModule');
  if (typeof exported === 'function') found.set('default', exported);
  return [...found].map(([name, value]) => ({ name, kind: kindOf(value) }));
}

function kindOf(value: unknown): ExportEntry['kind'] {
  if (typeof value !== 'function') return typeof value === 'object' && value !== null ? 'object' : 'value';
  return /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
}
