// `npm run docs -- --pictures`: measures the suites of docs/suites and draws the pictures of the documentation from them; then
// those of docs/walk.md, which scripts/walk-pictures.mjs makes alone.
// Needs the npm registry (lru-cache 6 to 11) and a Chromium.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { buildFolder, root } from './lib/paths.mjs';
import { runScript, SetupError } from './lib/run.mjs';
import { setup } from './setup.mjs';
import { walkPictures } from './walk-pictures.mjs';

const runs = `${buildFolder}/docs-pictures`;
const versions = ['6', '7', '8', '9', '10', '11'];

function benchmem(...args) {
  process.stdout.write(`benchmem ${args.join(' ')}\n`);
  const done = spawnSync(process.execPath, [`${root}/bin/benchmem.js`, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.status !== 0) throw new SetupError(`benchmem ${args[0]} ended with ${done.status}`, 'see above');
}

function draw(name, ...args) {
  for (const theme of ['light', 'dark']) {
    benchmem(
      'plot',
      ...args,
      '--columns',
      'peak',
      '--theme',
      theme,
      '--width',
      '820',
      '-o',
      `docs/pictures/${name}-${theme}.svg`,
    );
  }
}

export async function docsPictures() {
  await setup({ testAddons: false });
  mkdirSync(runs, { recursive: true });
  benchmem('run', 'docs/suites/rows.bench.mjs', '--no-time', '--json', `${runs}/rows.json`);
  benchmem(
    'sweep',
    'lru-cache',
    ...versions,
    '--suite',
    'docs/suites/cache.bench.mjs',
    '--no-time',
    '--resume',
    '--out',
    `${runs}/lru`,
  );
  const files = versions.map((version) => `${runs}/lru/${version}.json`);
  draw('rows-scaling', `${runs}/rows.json`);
  draw('lru-compare', ...files.slice(0, 2), '--view', 'compare', '-l', 'lru-cache 6', '-l', 'lru-cache 7');
  draw('lru-scatter', files[0], files.at(-1), '-l', 'lru-cache 6', '-l', `lru-cache ${versions.at(-1)}`);
  draw('lru-sweep', ...files, ...versions.flatMap((version) => ['-l', `lru-cache ${version}`]));
  await walkPictures();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runScript(docsPictures);
