// A reader of import and include lines that reports every breach of the layers of src/ and native/ (layers.ts).
// Reads files only; knows nothing about a test runner.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { nativeLayers, pureLayers, typescriptLayers } from './layers.js';

const impure = /^node:|\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/;

/** Headers of the world outside that only some folders may know. */
const guardedHeaders: ReadonlyArray<{ header: RegExp; folders: readonly string[] }> = [
  { header: /^(napi|node_api|node_api_types|js_native_api)\.h$/, folders: ['binding'] },
  { header: /^jemalloc\//, folders: ['backend'] },
  { header: /^(v8[^/]*|node|uv)\.h$/, folders: [] },
];

function filesBelow(folder: string, ending: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file))
    .map((file) => join(folder, file))
    .sort();
}

/** The sources of src/ and native/, without what is not ours. */
export function sourceFiles(root: string): string[] {
  return [
    ...filesBelow(join(root, 'src'), /\.ts$/),
    ...filesBelow(join(root, 'native'), /\.(c|cpp|h|def)$/).filter(
      (file) => !relative(join(root, 'native'), file).startsWith('vendor'),
    ),
  ];
}

const layerOf = (source: string, file: string): string => {
  const [first = ''] = relative(source, file).split('/');
  return first.replace(/\.[cm]?[jt]s$/, '');
};

export function importsOf(text: string): string[] {
  const patterns = [
    /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]/g,
    /(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

function checkTypeScriptFile(source: string, file: string): string[] {
  const layer = layerOf(source, file);
  const name = relative(dirname(source), file);
  const allowed = typescriptLayers[layer]?.imports;
  if (allowed === undefined) return [`${name}: the layer ${layer} is not in the list of layers`];
  const text = readFileSync(file, 'utf8');
  const imports = importsOf(text);
  const breaches = imports
    .filter((target) => target.startsWith('.'))
    .map((target) => layerOf(source, normalize(join(dirname(file), target))))
    .filter((target) => target !== layer && !allowed.includes(target))
    .map((target) => `${name}: ${layer} must not import ${target}`);
  if (!pureLayers.includes(layer)) return breaches;
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').split('\n');
  const touched = [...imports, ...code].filter((line) => impure.test(line.trim()));
  return [...breaches, ...touched.map((line) => `${name}: ${layer} must stay pure: ${line.trim()}`)];
}

/** Every import below `<root>/src` that points the wrong way. */
export function typescriptBreaches(root: string): string[] {
  const source = join(root, 'src');
  return filesBelow(source, /\.ts$/).flatMap((file) => checkTypeScriptFile(source, file));
}

/** Folders of what commands share, besides the files right below src/cli that they import. */
const sharedFolders = ['text', 'suite'];

/**
 * Every import below `<root>/src/cli` that leads from a command to another, or from what commands share to a command.
 * What no command imports (the parser, the real services) may know them all.
 */
export function commandBreaches(root: string): string[] {
  const source = join(root, 'src', 'cli');
  const imports = new Map(filesBelow(source, /\.ts$/).map((file) => [file, importsWithin(source, file)]));
  const commandOf = (file: string) => {
    const [folder = ''] = relative(source, dirname(file)).split('/');
    return sharedFolders.includes(folder) ? '' : folder;
  };
  const used = new Set([...imports.keys()].filter((file) => dirname(file) !== source));
  for (const file of used) for (const target of imports.get(file) ?? []) used.add(target);
  return [...used].sort().flatMap((file) => {
    const own = commandOf(file);
    const who = own === '' ? 'what commands share' : `the command ${own}`;
    return (imports.get(file) ?? [])
      .map(commandOf)
      .filter((command) => command !== '' && command !== own)
      .map((command) => `${relative(root, file)}: ${who} must not import the command ${command}`);
  });
}

/** Files that a test runner alone loads, so that they may import it. */
const loadedByRunners: readonly string[] = ['vitest/runner.ts', 'vitest/setup.ts', 'jest/setup.ts'];

const testRunners = /^(vitest|jest|mocha|@vitest\/|@jest\/|jest-)/;

/** In src/integrations/: imports from one integration to another, and of a test runner that the user may not have. */
export function integrationBreaches(root: string): string[] {
  const source = join(root, 'src', 'integrations');
  const ownerOf = (file: string) => relative(source, file).split('/')[0] ?? '';
  return filesBelow(source, /\.ts$/).flatMap((file) => {
    const name = relative(root, file);
    const own = ownerOf(file);
    const others = importsWithin(source, file)
      .map(ownerOf)
      .filter((other) => other !== own)
      .map((other) => `${name}: the integration ${own} must not import ${other}`);
    if (loadedByRunners.includes(relative(source, file))) return others;
    const code = readFileSync(file, 'utf8').replaceAll(/\b(import|export) type\b[^;]*;/g, '');
    const runners = importsOf(code).filter((target) => testRunners.test(target));
    return [
      ...others,
      ...runners.map((target) => `${name}: ${target} may not be installed: import its types alone`),
    ];
  });
}

/** In src/engine/child/: a file of the parent's process imports none of the child's, nor the other way round. */
export function childBreaches(root: string): string[] {
  const source = join(root, 'src', 'engine', 'child');
  const sideOf = (file: string) => /^(parent|inside)\//.exec(relative(source, file))?.[1];
  return filesBelow(source, /\.ts$/).flatMap((file) => {
    const own = sideOf(file);
    return importsWithin(source, file)
      .map(sideOf)
      .filter((side) => side !== undefined && side !== own)
      .map((side) => `${relative(root, file)}: ${own ?? 'what both sides share'} must not import ${side}`);
  });
}

function importsWithin(source: string, file: string): string[] {
  return importsOf(readFileSync(file, 'utf8'))
    .filter((target) => target.startsWith('.'))
    .map((target) => join(dirname(file), target).replace(/\.js$/, '.ts'))
    .filter((target) => target.startsWith(`${source}/`));
}

function nativeFolderOf(path: string): string {
  const folder = dirname(path);
  return folder in nativeLayers ? folder : (folder.split('/')[0] ?? folder);
}

function checkInclude(name: string, folder: string, target: string, quoted: boolean): string[] {
  const guard = guardedHeaders.find(({ header }) => header.test(target));
  if (guard) return guard.folders.includes(folder) ? [] : [`${name}: ${folder} must not include ${target}`];
  if (!quoted) return [];
  if (!target.includes('/')) return [`${name}: ${target} is not relative to native/`];
  const allowed = nativeLayers[folder]?.imports ?? [];
  const from = nativeFolderOf(target);
  return from === folder || allowed.includes(from) || allowed.includes(target)
    ? []
    : [`${name}: ${folder} must not include ${target}`];
}

/** Every include below `<root>/native` (vendor aside) that points the wrong way. */
export function nativeBreaches(root: string): string[] {
  const source = join(root, 'native');
  const files = filesBelow(source, /\.(c|cpp|h|def)$/).filter(
    (file) => !relative(source, file).startsWith('vendor'),
  );
  return files.flatMap((file) => {
    const name = relative(root, file);
    const folder = nativeFolderOf(relative(source, file));
    if (!(folder in nativeLayers)) return [`${name}: the folder ${folder} is not in the list of layers`];
    const includes = readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s+([<"])([^>"]+)[>"]/gm);
    return [...includes].flatMap((match) => checkInclude(name, folder, match[2] ?? '', match[1] === '"'));
  });
}

/** Layers of the tables that `<root>` does not have. */
export function missingLayers(root: string): string[] {
  const isThere = (path: string) => existsSync(join(root, path));
  const inSource = Object.keys(typescriptLayers).filter(
    (name) => !isThere(`src/${name}`) && !isThere(`src/${name}.ts`),
  );
  const inNative = Object.keys(nativeLayers).filter((name) => !isThere(`native/${name}`));
  return [...inSource.map((name) => `src/${name}`), ...inNative.map((name) => `native/${name}`)];
}

/** C++ sources on disk that native/sources.json does not list, or lists and does not find. */
export function sourceListBreaches(root: string): string[] {
  const source = join(root, 'native');
  const list = JSON.parse(readFileSync(join(source, 'sources.json'), 'utf8')) as Record<string, string[]>;
  const listed = Object.values(list).flat();
  const present = filesBelow(source, /\.(c|cpp)$/)
    .map((file) => relative(source, file))
    .filter((file) => !file.startsWith('vendor'));
  return [
    ...present.filter((file) => !listed.includes(file)).map((file) => `${file}: in no group of sources.json`),
    ...listed.filter((file) => !present.includes(file)).map((file) => `${file}: listed, but not there`),
    ...listed.filter((file, at) => listed.indexOf(file) !== at).map((file) => `${file}: listed twice`),
  ];
}
