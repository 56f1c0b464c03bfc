// The package managers of the install matrix, pinned: how each installs a tarball into a project, and how it runs a
// program of that project. Fetches them through npm, once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { runQuietly } from './run.mjs';

const packages = {
  npm10: 'npm@10.9.9',
  npm11: 'npm@11.21.2',
  pnpm9: 'pnpm@9.15.9',
  pnpm10: 'pnpm@10.34.8',
  yarn1: 'yarn@1.22.22',
  yarn4: '@yarnpkg/cli-dist@4.18.1',
};

const npm = (tool) => ({
  name: tool,
  script: `${tool}/bin/npm-cli.js`,
  install: (tarball, scripts) => [
    [
      'install',
      tarball,
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      ...(scripts ? [] : ['--ignore-scripts']),
    ],
  ],
  run: (words) => ['exec', '--offline', '--', ...words],
  node: (words) => ['exec', '--offline', '--', 'node', ...words],
});

const pnpm = (tool) => ({
  name: tool,
  script: `${tool}/bin/pnpm.cjs`,
  install: (tarball, scripts) => [
    [
      'add',
      tarball,
      '--prefer-offline',
      ...(scripts ? [] : ['--ignore-scripts']),
      // From 10 on, a package's scripts run only where it is named.
      ...(scripts && tool === 'pnpm10' ? ['--allow-build=esbuild'] : []),
    ],
  ],
  run: (words) => ['exec', ...words],
  node: (words) => ['exec', 'node', ...words],
});

const yarn4 = (linker) => ({
  name: `yarn4 ${linker}`,
  script: 'yarn4/bin/yarn.js',
  files: (scripts) => ({
    '.yarnrc.yml': `nodeLinker: ${linker}\nenableTelemetry: false\nenableScripts: ${scripts}\n`,
    // WHY: without a lock file of its own a project would belong to one above it.
    'yarn.lock': '',
  }),
  install: (tarball) => [['add', `benchmem@file:${tarball}`]],
  run: (words) => ['run', ...words],
  node: (words) => ['node', ...words],
});

export const managers = [
  npm('npm10'),
  npm('npm11'),
  pnpm('pnpm9'),
  pnpm('pnpm10'),
  {
    name: 'yarn1',
    script: 'yarn1/bin/yarn.js',
    install: (tarball, scripts) => [
      // WHY: there is a mutex, because two yarn 1 that fill one cache at once read each other's half-written packages.
      [
        'add',
        `file:${tarball}`,
        '--no-progress',
        '--mutex',
        `file:${tarball}.yarn1-mutex`,
        ...(scripts ? [] : ['--ignore-scripts']),
      ],
    ],
    // It takes the first -- for itself.
    run: ([program, ...words]) => ['--silent', 'run', program, '--', ...words],
    node: (words) => ['node', ...words],
  },
  yarn4('node-modules'),
  yarn4('pnp'),
];

/** The variables by which every manager keeps what it downloads in one folder, and asks npm's registry. */
export function cacheVariables(cache, registry) {
  return {
    npm_config_cache: `${cache}/npm`,
    npm_config_store_dir: `${cache}/pnpm`,
    npm_config_registry: registry,
    npm_config_update_notifier: 'false',
    YARN_CACHE_FOLDER: `${cache}/yarn1`,
    YARN_REGISTRY: registry,
    YARN_GLOBAL_FOLDER: `${cache}/yarn4`,
    YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''),
    YARN_ENABLE_GLOBAL_CACHE: 'true',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    COREPACK_ENABLE: '0',
  };
}

export const managerScript = (folder, { script }) => `${folder}/managers/node_modules/${script}`;

export async function fetchManagers(folder, cache) {
  const home = `${folder}/managers`;
  const wanted = Object.entries(packages).map(([alias, spec]) => `${alias}@npm:${spec}`);
  const stamp = `${home}/fetched`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted.join()) return;
  process.stdout.write('  fetching the package managers ...\n');
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}/package.json`, '{ "private": true }\n');
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--cache',
    `${cache}/npm`,
    ...wanted,
  ];
  await runQuietly('package-managers', 'npm', args, { cwd: home, hint: 'the matrix needs the npm registry' });
  writeFileSync(stamp, wanted.join());
}
