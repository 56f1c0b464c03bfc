// Removes from dist/ what nothing leads to: no public entry, and no path that starts a program or is required by name.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';

const modulePath = /(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"']+)\.js["']/g;
/** Programs and modules on demand: nothing imports them by a text, and their path is what starts or loads them. */
const placePath = /(?:\bnew URL|\bresolve)\(\s*["'](\.{1,2}\/[^"']+\.js)["']/g;
const twinPath = /\bcjs\/[\w/-]+\.js\b/g;

/** The public entries of a kind: `import` or `require`, `types` or `default`. */
function publicEntries(system, kind) {
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [relative('dist', entry[system][kind])],
  );
}

function filesOf(folder, isWanted) {
  return readdirSync(folder, { recursive: true }).filter(isWanted);
}

/** Removes those of `files` that no entry leads to; answers what stays. */
export function keepReached(folder, files, entries, ending) {
  const kept = new Set();
  const visit = (file) => {
    if (kept.has(file) || !existsSync(join(folder, file))) return;
    kept.add(file);
    for (const [, path] of readFileSync(join(folder, file), 'utf8').matchAll(modulePath))
      visit(join(dirname(file), `${path}${ending}`));
  };
  for (const entry of entries) {
    if (!existsSync(join(folder, entry))) throw new Error(`${entry} is no file of ${folder}`);
    visit(entry);
  }
  for (const file of files) if (!kept.has(file)) rmSync(join(folder, file));
  return kept;
}

const isOwn = (file) => !/^(cjs|program)\//.test(file);

/** Removes the types that no public entry leads to: nobody can import them. */
export function pruneTypes(folder) {
  const types = filesOf(folder, (file) => file.endsWith('.d.ts') && isOwn(file));
  keepReached(folder, types, publicEntries('import', 'types'), '.d.ts');
}

/** Removes the modules that the bundle stands for, and the twins that no process loads; `modules`: all of them, as tsc wrote them. */
export function pruneModules(folder, modules) {
  const own = filesOf(folder, (file) => file.endsWith('.js') && isOwn(file));
  const written = filesOf(modules, (file) => file.endsWith('.js')).map((file) => ({
    file,
    text: readFileSync(join(modules, file), 'utf8'),
  }));
  const placed = written.flatMap(({ file, text }) =>
    [...text.matchAll(placePath)].map(([, path]) => join(dirname(file), path)),
  );
  // WHY: not each is a file, because an example in a comment names others.
  const writtenFiles = new Set(written.map(({ file }) => file));
  const kept = keepReached(
    folder,
    own,
    [
      ...publicEntries('import', 'default'),
      ...placed.filter((file) => isOwn(file) && writtenFiles.has(file)),
    ],
    '.js',
  );
  const texts = [
    ...[...kept].map((file) => readFileSync(join(folder, file), 'utf8')),
    ...written.map(({ text }) => text),
  ];
  const named = texts.flatMap((text) => text.match(twinPath) ?? []);
  const twins = filesOf(folder, (file) => file.startsWith('cjs/') && file.endsWith('.js'));
  keepReached(folder, twins, new Set([...publicEntries('require', 'default'), ...named]), '.js');
  removeEmptyFolders(folder);
}

function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
