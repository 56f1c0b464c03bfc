// Which files a plain node cannot import as they stand: TypeScript, and JavaScript in ES module syntax that node reads
// as CommonJS because of the nearest package.json. Reads files; changes none.
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Script } from 'node:vm';

const typeScriptEndings = new Set(['.ts', '.mts', '.cts', '.tsx', '.jsx']);

/** True if only the compiled file can be imported; `foreignNode`: by a node that is perhaps not this one. */
export function needsCompiling(path: string, foreignNode = false): boolean {
  const ending = extname(path);
  if (typeScriptEndings.has(ending)) return true;
  return ending === '.js' && isReadAsCommonJs(path, foreignNode) && hasModuleSyntax(path);
}

function isReadAsCommonJs(path: string, foreignNode: boolean): boolean {
  const type = packageType(dirname(path));
  if (type === 'module') return false;
  // WHY: without a type node looks at the syntax itself, where it is new enough.
  return type === 'commonjs' || foreignNode || !looksAtSyntax(process.versions.node);
}

/** The type that the nearest package.json names; undefined if it names none, or there is no such file. */
function packageType(folder: string): unknown {
  if (basename(folder) === 'node_modules') return undefined;
  const text = readIfThere(join(folder, 'package.json'));
  const above = dirname(folder);
  if (text === undefined) return above === folder ? undefined : packageType(above);
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return undefined; // node names this file when it loads the module
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** True for versions of Node that read a file of a package without a type as what its syntax says. */
export function looksAtSyntax(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 20) return minor >= 19;
  return major > 22 || (major === 22 && minor >= 7);
}

// V8's own words for what stands in a module only; the last is for an await outside of functions.
const moduleSyntax =
  /^(Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module|await is only valid in async functions)/;

// WHY: V8 compiles it to find out, because V8 alone knows what is in a comment, a text or a regular expression. Nothing is run.
function hasModuleSyntax(path: string): boolean {
  const source = readIfThere(path);
  if (source === undefined) return false;
  try {
    // As node wraps it, so that a `return` outside of functions parses.
    new Script(
      `(function (exports, require, module, __filename, __dirname) {${source.replace(/^#!/, '//')}\n})`,
    );
    return false;
  } catch (error) {
    return error instanceof SyntaxError && moduleSyntax.test(error.message);
  }
}
