// Which file a suite gets when it imports a package: asked of the node that will measure, from where the suite stands.
// The package must come from the folder that was made for it, and must load.
import { randomBytes } from 'node:crypto';
import { realpath, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunProgram } from './program.js';

export interface ImportCheck {
  /** The package, as the suite imports it. */
  readonly name: string;
  /** The version's folder. */
  readonly root: string;
  /** Where the suite stands within it. */
  readonly from: string;
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunProgram;
  readonly signal?: AbortSignal | undefined;
}

/** Why the import is not what it must be; undefined if it is. */
export async function importProblem(
  check: ImportCheck,
): Promise<{ message: string; tail: string } | undefined> {
  const { name, root, from, node, env, run, signal } = check;
  const marker = randomBytes(12).toString('hex');
  const script = join(from, `.benchmem-check-${marker}.mjs`);
  await writeFile(script, scriptOf(name, marker));
  try {
    const {
      code,
      signal: endedBy,
      tail,
    } = await run({ program: node, args: [script], cwd: root, env, signal });
    const answer = new RegExp(`^${marker} (resolved|loaded) ?(.*)$`, 'gm');
    const said = new Map([...tail.matchAll(answer)].map(([, word = '', rest = '']) => [word, rest]));
    const noise = tail.replaceAll(answer, '').replaceAll(marker, '').trim();
    const url = said.get('resolved');
    if (url === undefined) return { message: `${name} cannot be resolved from ${from}`, tail: noise };
    const file = await realPathOf(url);
    if (file === undefined)
      return { message: `${name} resolves to ${url}, which is not a file`, tail: noise };
    if (!file.startsWith(`${await realpath(root)}${sep}`)) {
      return { message: `${name} would come from ${file}, outside the version's own folder`, tail: noise };
    }
    if (said.has('loaded')) return undefined;
    const how = endedBy ?? (code === undefined ? 'no answer' : `exit code ${code}`);
    return { message: `${name} cannot be imported (${how})`, tail: noise };
  } finally {
    await rm(script, { force: true });
  }
}

// WHY: it writes directly, because what the package prints must not stand between the marker and its answer.
function scriptOf(name: string, marker: string): string {
  const text = JSON.stringify(name);
  return [
    "import { writeSync } from 'node:fs';",
    `const say = (text) => writeSync(1, \`\\n${marker} \${text}\\n\`);`,
    `say('resolved ' + import.meta.resolve(${text}));`,
    `await import(${text});`,
    "say('loaded');",
    'process.exit(0);',
    '',
  ].join('\n');
}

async function realPathOf(url: string): Promise<string | undefined> {
  if (!url.startsWith('file:')) return undefined;
  return realpath(fileURLToPath(url)).catch(() => undefined);
}
