// Sweeps with programs that only pretend: labels, steps, what is passed on, what fails where, what is left behind.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cell, cellsOf, installSpecOf, provision, RunFailed, sweep } from '../../src/sweep/index.js';
import type { ProgramCall, RunProgram } from '../../src/sweep/program.js';
import { safeFileName } from '../../src/sweep/specs.js';

let place: string;
beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'sweep-test-')));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

describe('labels', () => {
  const labels = (versions: string[], nodes: string[] = [], allocators: ('jemalloc' | 'system')[] = []) =>
    cellsOf({
      versions,
      nodes: nodes.map((spec) => ({ spec, major: spec.split('.')[0] ?? '' })),
      allocators,
    }).map(({ label }: Cell) => label);

  it('are the version, and each axis with more than one value', () => {
    expect(labels(['6.0.0', '7.0.0'])).toEqual(['6.0.0', '7.0.0']);
    expect(labels(['6.0.0'], ['20'], ['system'])).toEqual(['6.0.0']);
    expect(labels(['6.0.0'], ['20', '22'], ['jemalloc', 'system'])).toEqual([
      '6.0.0_node20_jemalloc',
      '6.0.0_node20_system',
      '6.0.0_node22_jemalloc',
      '6.0.0_node22_system',
    ]);
  });

  it('are distinct where they would collide', () => {
    expect(labels(['a/b', 'a:b', 'A b'])).toEqual(['a-b', 'a-b_2', 'A-b_3']);
    expect(labels(['6'], ['20.1.0', '20.2.0'])).toEqual(['6_node20', '6_node20_2']);
    expect(labels(['x', 'x_2', 'x'])).toEqual(['x', 'x_2', 'x_3']);
  });

  it.each([
    ['git+https://example.org/a.git#v1', 'git-https-example.org-a.git-v1'],
    ['../../../etc/passwd', 'etc-passwd'],
    ['..', 'version'],
    ['.hidden', 'hidden'],
    ['a\n\u001b[31m\u202eb', 'a-31m-b'],
    ['', 'version'],
  ])('of %j cannot leave their folder', (version, name) => {
    const safe = safeFileName(version);
    expect(safe.replace('git+https', 'git-https')).toBe(name);
    expect(safe).not.toMatch(/[/\\\0]|^\./);
    expect(safeFileName('v'.repeat(500)).length).toBeLessThan(100);
  });
});

describe('install specs', () => {
  it.each([
    ['7.0.0', 'lru-cache@7.0.0'],
    ['latest', 'lru-cache@latest'],
    ['git+https://example.org/a.git#v1', 'lru-cache@git+https://example.org/a.git#v1'],
    ['./fork', 'lru-cache@file:/home/me/fork'],
    ['file:fork.tgz', 'lru-cache@file:/home/me/fork.tgz'],
    ['/srv/fork', 'lru-cache@file:/srv/fork'],
  ])('%s', (version, spec) => expect(installSpecOf('lru-cache', version, '/home/me')).toBe(spec));

  it.each([
    ['-g', '1.0.0'],
    ['lru-cache', '--registry=http://evil'],
    ['lru-cache', ''],
    ['a b', '1.0.0'],
    ['../x', '1.0.0'],
    ['lru-cache', '1.0.0\n--global'],
  ])('%j at %j is refused', (name, version) => {
    expect(() => installSpecOf(name, version, '/')).toThrow(/is no/);
  });
});

/** npm that makes the package's folder, and a check that answers what is told. */
function pretend(
  calls: ProgramCall[],
  behave: (call: ProgramCall) => Partial<{ code: number; tail: string }> = () => ({}),
): RunProgram {
  return async (call) => {
    calls.push(call);
    const { code = 0, tail = '' } = behave(call);
    return { code, signal: undefined, tail };
  };
}

describe('provision', () => {
  it('installs without a shell, and flags cannot come in with a spec', async () => {
    const calls: ProgramCall[] = [];
    const venv = await provision('7.0.0', {
      installSpec: (version) => `lru-cache@${version}; rm -rf /`,
      pins: ['left-pad@1.0.0', './local'],
      asOf: '2024-05-31',
      cwd: '/home/me',
      tmpPrefix: `${place}/v-`,
      program: pretend(calls),
    });
    expect(calls.map(({ program, args }) => [program, ...args])).toEqual([
      [
        'npm',
        'install',
        '--no-audit',
        '--no-fund',
        '--no-save',
        '--install-links',
        '--before=2024-05-31',
        '--',
        'lru-cache@7.0.0; rm -rf /',
        'left-pad@1.0.0',
        '/home/me/local',
      ],
    ]);
    expect(venv).toMatchObject({ version: '7.0.0', node: process.execPath, failedAt: undefined });
    expect(venv.cwd.startsWith(`${place}/v-7.0.0-`)).toBe(true);
    await venv.dispose();
    expect(readdirSync(place)).toEqual([]);
  });

  it('clears NODE_PATH and links the harness', async () => {
    process.env.NODE_PATH = '/somewhere';
    try {
      const venv = await provision('1', { tmpPrefix: `${place}/v-`, program: pretend([]) });
      expect(venv.env).not.toHaveProperty('NODE_PATH');
      expect(realpathSync(join(venv.cwd, 'node_modules/benchmem'))).toBe(realpathSync('.'));
    } finally {
      delete process.env.NODE_PATH;
    }
  });

  it('copies the suite without its node_modules', async () => {
    mkdirSync(join(place, 'suite/node_modules/lru-cache'), { recursive: true });
    mkdirSync(join(place, 'suite/lib'));
    writeFileSync(join(place, 'suite/lib/a.mjs'), '1');
    writeFileSync(join(place, 'suite/node_modules/lru-cache/index.js'), '1');
    const venv = await provision('1', {
      copyDir: 'suite',
      cwd: place,
      tmpPrefix: `${place}/v-`,
      program: pretend([]),
    });
    expect(existsSync(join(venv.cwd, 'suite/lib/a.mjs'))).toBe(true);
    expect(existsSync(join(venv.cwd, 'suite/node_modules'))).toBe(false);
  });

  it.each(['-x', '2024', 'yesterday', '2024-13-45', '2024-01-01 --global'])(
    'refuses the date %s',
    async (asOf) => {
      await expect(provision('1', { asOf, program: pretend([]) })).rejects.toMatchObject({ code: 'USAGE' });
    },
  );

  it.each([['-g'], [''], ['--prefix=/']])('refuses the pin %j', async (pin) => {
    const calls: ProgramCall[] = [];
    await expect(provision('1', { pins: [pin], program: pretend(calls) })).rejects.toMatchObject({
      code: 'USAGE',
    });
    expect(calls).toEqual([]);
  });

  it('leaves no folder behind when it is interrupted', async () => {
    const controller = new AbortController();
    const program: RunProgram = async () => {
      controller.abort();
      throw Object.assign(new Error('stopped'), { code: 'ABORTED' });
    };
    await expect(
      provision('1', { tmpPrefix: `${place}/v-`, program, signal: controller.signal }),
    ).rejects.toThrow();
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('the import check', () => {
  const checked = (behave: (script: string, root: string) => string) =>
    provision('1', {
      importCheck: 'pkg',
      tmpPrefix: `${place}/v-`,
      program: pretend([], ({ program, args, cwd }) => {
        if (program === 'npm') return {};
        const marker = /check-([0-9a-f]+)\.mjs$/.exec(args[0] ?? '')?.[1] ?? '';
        return { tail: behave(marker, cwd) };
      }),
    });

  it('catches a package from outside the folder', async () => {
    mkdirSync(join(place, 'elsewhere'));
    writeFileSync(join(place, 'elsewhere/index.js'), '');
    const venv = await checked(
      (marker) => `${marker} resolved file://${place}/elsewhere/index.js\n${marker} loaded\n`,
    );
    expect(venv.failedAt).toBe('isolation');
    expect(venv.failure?.message).toContain(`${place}/elsewhere/index.js, outside the version's own folder`);
  });

  it('catches a package that does not load, with what it wrote', async () => {
    const venv = await checked((marker, root) => {
      writeFileSync(join(root, 'x.js'), '');
      return `${marker} resolved file://${root}/x.js\nError: no such binding\n`;
    });
    expect(venv.failure).toMatchObject({ tail: 'Error: no such binding' });
    expect(venv.failure?.message).toContain('cannot be imported');
  });

  it('catches a package that is not there', async () => {
    expect((await checked(() => 'Cannot find package')).failure?.message).toContain('cannot be resolved');
  });

  it('is content with a package in the folder', async () => {
    const venv = await checked((marker, root) => {
      writeFileSync(join(root, 'x.js'), '');
      return `noise\n${marker} resolved file://${root}/x.js\nnoise\n${marker} loaded\n`;
    });
    expect([venv.failedAt, readdirSync(venv.cwd).filter((name) => name.includes('check'))]).toEqual([
      undefined,
      [],
    ]);
  });
});

describe('sweep', () => {
  const options = () => ({ tmpPrefix: `${place}/v-` });

  it('runs what can be installed, and answers what failed', async () => {
    const seen: string[] = [];
    const failures: unknown[] = [];
    const failed = await sweep(
      ['1', '2', '3'],
      ({ label, failedAt }) => {
        seen.push(`${label} ${failedAt}`);
        if (label === '3') throw new RunFailed('benchmem run ended with exit code 1', 'it broke');
      },
      {
        ...options(),
        program: pretend([], ({ args }) =>
          args.at(-1) === '2' ? { code: 1, tail: 'npm error ETARGET' } : {},
        ),
        onFailure: ({ label, step, tail }) => failures.push([label, step, tail]),
      },
    );
    expect(seen).toEqual(['1 undefined', '3 undefined']);
    expect(failed).toEqual(['2', '3']);
    expect(failures).toEqual([
      ['2', 'install', 'npm error ETARGET'],
      ['3', 'run', 'it broke'],
    ]);
    expect(readdirSync(place)).toEqual([]);
  });

  it('leaves out what is skipped, and keeps its number in the order', async () => {
    const cells: unknown[] = [];
    const seen: string[] = [];
    await sweep(['1', '2'], ({ version, allocator }) => seen.push(`${version} ${allocator}`), {
      ...options(),
      allocator: ['jemalloc', 'system'],
      program: pretend([]),
      skip: async ({ label }) => label.startsWith('1_'),
      onCell: ({ label }, index, total) => cells.push([label, index, total]),
    });
    expect(seen).toEqual(['2 jemalloc', '2 system']);
    expect(cells).toEqual([
      ['2_jemalloc', 2, 4],
      ['2_system', 3, 4],
    ]);
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    const run = () => controller.abort();
    await expect(
      sweep(['1', '2'], run, { ...options(), program: pretend([]), signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect(readdirSync(place)).toEqual([]);
  });

  it('refuses a node that is none before anything is installed', async () => {
    const calls: ProgramCall[] = [];
    const refused = (node: string) =>
      sweep(['1'], () => {}, { ...options(), node: [node], program: pretend(calls) });
    await expect(refused('-g')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(refused('lts')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(refused('/no/such/node')).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
    expect(calls).toEqual([]);
  });

  it.each([
    ['the cache of nodes', { nodeCache: '/proc/none/nodes', node: ['99'] }],
    ['the temporary folder', { tmpPrefix: '/proc/none/of/' }],
  ])('says that %s cannot be made, also below /proc', async (_what, where) => {
    const swept = sweep(['1'], () => {}, { ...options(), ...where, program: pretend([]) });
    await expect(swept).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('cannot write /proc/none'),
    });
  });

  it('fetches a node once, into its cache', async () => {
    const calls: ProgramCall[] = [];
    const program = pretend(calls, ({ args, cwd }) => {
      const name = args.at(-1)?.match(/^(node-linux-\w+)@/)?.[1];
      if (name !== undefined) {
        mkdirSync(join(cwd, 'node_modules', name, 'bin'), { recursive: true });
        writeFileSync(join(cwd, 'node_modules', name, 'bin/node'), '', { mode: 0o755 });
      }
      return {};
    });
    const nodes: string[] = [];
    const world = { ...options(), program, nodeCache: join(place, 'cache'), node: ['99'] };
    await sweep(['1', '2'], ({ node }) => nodes.push(node), world);
    expect(calls.filter(({ args }) => args.at(-1)?.startsWith('node-linux-'))).toHaveLength(1);
    expect(new Set(nodes).size).toBe(1);
    expect(nodes[0]?.startsWith(join(place, 'cache', '99'))).toBe(true);
    expect(calls.at(-1)?.env.PATH?.startsWith(join(nodes[0] ?? '', '..'))).toBe(true);
  });
});
