// Makes docs/api.md, and a page for each import path below docs/api/, from the doc comments of the public entries.
// Writes only into the folder that it is given: scripts/docs.mjs compares and copies.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { root } from '../lib/paths.mjs';

/** What can be imported, by its source, and what it is for; `package.json` names the same ones. */
export const entries = [
  ['benchmem', 'src/index.ts', 'measures, reads run files, defines benchmarks'],
  ['benchmem/limits', 'src/limits/index.ts', 'limits and leak checks in tests'],
  ['benchmem/profile', 'src/profile/index.ts', 'reads allocation profiles and reports of them'],
  ['benchmem/plot', 'src/plot/index.ts', 'figures of runs'],
  ['benchmem/sweep', 'src/sweep/index.ts', 'runs over versions of a package'],
  ['benchmem/vitest', 'src/integrations/vitest/index.ts', 'the plug-in for vitest'],
  ['benchmem/jest', 'src/integrations/jest/index.ts', 'the environment for jest'],
];

const pageOf = (name) => (name === 'benchmem' ? 'index' : name.slice('benchmem/'.length));

/** The pages as `{ path, text }`, with paths from the root of the repository. */
export async function apiPages(work) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(([, source]) => join(root, source)),
    plugin: ['typedoc-plugin-markdown'],
    tsconfig: join(root, 'tsconfig.json'),
    readme: 'none',
    disableSources: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hidePageTitle: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    outputFileStrategy: 'modules',
    excludePrivate: true,
    excludeInternal: true,
    validation: { notExported: false },
    logLevel: 'Error',
    out: work,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('the public entries do not compile');
  await app.generateOutputs(project);
  const pages = entries.map(([name, source]) => {
    const made = source.replace(/^src\//, '').replace(/(\/index)?\.ts$/, '');
    const text = readFileSync(join(work, `${made}.md`), 'utf8');
    return { path: `docs/api/${pageOf(name)}.md`, text: `# ${name}\n\n${tidied(text)}`, name };
  });
  return [{ path: 'docs/api.md', text: overview(pages) }, ...pages];
}

// What the plug-in leaves: links between its own files, and more than one empty line.
function tidied(text) {
  const linked = text.replaceAll(/\]\(([\w./-]+)\.md(#[\w-]*)?\)/g, (_, path, hash = '') => {
    const page = path
      .split('/')
      .filter((part) => part !== '..' && part !== 'integrations')
      .join('/');
    return `](${page}.md${hash})`;
  });
  return `${linked.replaceAll(/\n{3,}/g, '\n\n').trim()}\n`;
}

function overview(pages) {
  const rows = pages.map(({ path, name, text }) => {
    const [, , what] = entries.find(([other]) => other === name);
    const values = namesOf(text, ['Functions', 'Classes', 'Variables', 'References']);
    const linked = values.map(
      (value) => `[\`${value}\`](${path.slice('docs/'.length)}#${value.toLowerCase()})`,
    );
    return `| \`${name}\` | ${what} | ${linked.join(', ') || `[types](${path.slice('docs/'.length)})`} |`;
  });
  return `# API

Made from the doc comments of the sources. Every misuse throws a \`BenchmemError\`: [errors and warnings](errors.md).

| import | what it does | functions, classes and values |
|---|---|---|
${rows.join('\n')}

\`benchmem/mocha\`, \`benchmem/node-test\`, \`benchmem/register\` and the set-up and reporter files of vitest and jest are loaded by
their runners and export nothing that code calls: [test runners](test-runners.md).
`;
}

function namesOf(text, sections) {
  const names = [];
  let open = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) open = sections.includes(line.slice(3));
    if (open && line.startsWith('### ')) names.push(line.slice(4).replace(/\(\)$/, '').replaceAll('\\', ''));
  }
  return names;
}
