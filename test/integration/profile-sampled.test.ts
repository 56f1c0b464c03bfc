// What JavaScript allocates, in profiles as users get them: which functions of a TypeScript file, with about the right bytes,
// the same file twice, native stacks that are the same with it and without, here and in children. On the newest Node at
// hand; on all with BENCHMEM_FULL=1.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { type Profile, readProfile, table } from '../../src/profile/index.js';
import { samplingErrorBytes } from '../../src/profile/reports/sampling.js';
import { nodesAtHand } from './nodes-at-hand.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-sampled-'));
afterAll(() => rmSync(cwd, { recursive: true }));
mkdirSync(join(cwd, 'node_modules'));
symlinkSync(root, join(cwd, 'node_modules/benchmem'));

writeFileSync(
  join(cwd, 'rows.bench.ts'),
  `import { Worker } from 'node:worker_threads';
import { bench } from 'benchmem';

interface Row { readonly id: number; readonly cells: number[] }

function makeCells(id: number): number[] {
  return [id, id + 1, id + 2, id + 3];
}

class Table {
  readonly rows: Row[] = [];
  fill(count: number): void {
    for (let id = 0; id < count; id += 1) this.rows.push(this.row(id));
  }
  row(id: number): Row {
    return { id, cells: makeCells(id) };
  }
}

bench('every', () => {
  const table = new Table();
  table.fill(10_000);
  return [table, Buffer.alloc(100_000)];
});
bench('some', () => {
  let kept = 0;
  for (let round = 0; round < 20; round += 1) {
    const table = new Table();
    table.fill(10_000);
    kept += table.rows.length;
  }
  return kept;
});
bench('later', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  new Table().fill(10_000);
});
bench('beside', () => new Promise((resolve) => {
  new Worker('[].concat(1)', { eval: true }).once('exit', resolve);
}));
bench('without', { profile: { js: false } }, () => Buffer.alloc(1000));
bench('fails', () => {
  if (process.execArgv.includes('--random-seed=1')) throw new Error('no luck');
  return Buffer.alloc(1000);
});
`,
);

const isFull = process.env.BENCHMEM_FULL === '1';
const nodes = nodesAtHand.filter((_, at) => isFull || at === nodesAtHand.length - 1);

/** Of `makeCells` and `row`: an array of four numbers with its elements, an object of two properties. */
const bytesPerCall = { makeCells: 80, row: 40 };

function run(node: string, folder: string, ...words: readonly string[]) {
  const line = ['run', '--no-time', '--no-color', '--node', node, '--profile', folder, ...words];
  return spawnSync(process.execPath, [`${root}/bin/benchmem.js`, ...line], { cwd, encoding: 'utf8' });
}

function fileIn(folder: string, name: string): Buffer {
  const file = readdirSync(join(cwd, folder)).find((found) => found.includes(`-${name}-`)) as string;
  return readFileSync(join(cwd, folder, file));
}

const sampledRows = (profile: Profile) =>
  table(profile, { metric: 'js' }).rows.map(({ leaf, value }) => ({
    name: leaf?.name,
    place: `${leaf?.file}:${leaf?.functionLine}`,
    value,
  }));

describe.each(nodes)('run --profile on Node $major', ({ node, major }) => {
  const folder = `first-${major}`;

  it('says which functions of a TypeScript file allocated, and how much', () => {
    expect(run(node, folder)).toMatchObject({ status: 0 });
    for (const name of ['every', 'later']) {
      const profile = readProfile(fileIn(folder, name));
      expect(profile.meta.jsSampling).toEqual({ intervalBytes: 1 });
      const [first, second] = sampledRows(profile);
      expect([first, second]).toEqual([
        { name: 'makeCells', place: 'rows.bench.ts:6', value: 10_000 * bytesPerCall.makeCells },
        { name: 'row', place: 'rows.bench.ts:15', value: 10_000 * bytesPerCall.row },
      ]);
    }
  });

  it('estimates where there is more, within the error that it names', () => {
    const profile = readProfile(fileIn(folder, 'some'));
    const sampling = profile.meta.jsSampling ?? { intervalBytes: Number.NaN };
    expect(sampling.intervalBytes).toBe(512);
    const [first, second] = sampledRows(profile);
    for (const [row, name] of [
      [first, 'makeCells'],
      [second, 'row'],
    ] as const) {
      expect(row?.name).toBe(name);
      const wanted = 200_000 * bytesPerCall[name];
      expect(Math.abs((row?.value ?? 0) - wanted)).toBeLessThan(1.5 * samplingErrorBytes(wanted, sampling));
    }
  });

  it('is the same file in a second run, byte for byte, where the code is synchronous', () => {
    run(node, `second-${major}`, '-k', 'every');
    run(node, `second-${major}`, '-k', 'some');
    // WHY: its stacks are compared if the heap is larger, because what it held at the peak has V8's noise, with samples and
    // without.
    const stacksOf = (place: string) => readProfile(fileIn(place, 'some')).stacks;
    expect(stacksOf(`second-${major}`)).toEqual(stacksOf(folder));
    expect(fileIn(`second-${major}`, 'every').equals(fileIn(folder, 'every'))).toBe(true);
  });

  it('says which threads are not in it, why there are none, and has none where they are not wanted', () => {
    const [beside, without, fails] = ['beside', 'without', 'fails'].map((name) =>
      readProfile(fileIn(folder, name)),
    ) as [Profile, Profile, Profile];
    expect(beside.meta.jsSampling?.otherThreads).toBe(1);
    const names = beside.stacks.flatMap(({ frames }) => frames.map(({ name }) => name));
    expect(names).not.toContain('[unknown code]');
    // Node 20 starts a worker by code that has names, so that nothing is in their place.
    expect(names.includes('[start of the worker]')).toBe(major !== '20');
    expect([without.meta.jsSampling, without.meta.jsSamplesRefused]).toEqual([undefined, undefined]);
    expect([fails.meta.jsSampling, fails.meta.jsSamplesRefused]).toEqual([
      undefined,
      expect.stringContaining('no luck'),
    ]);
    for (const each of [without, fails]) {
      expect(each.figures).not.toContain('jsBytes');
      expect(each.stacks.reduce((sum, { figures }) => sum + (figures.bytes ?? 0), 0)).toBe(1000);
    }
  });
});

it('changes no byte of the native stacks', () => {
  const script = `
    import { pathToFileURL } from 'node:url';
    import { profileSubject } from ${JSON.stringify(`${root}/dist/engine/isolate.js`)};
    import { nameCapture } from ${JSON.stringify(`${root}/dist/engine/profile/captured.js`)};
    import { realChildHost } from ${JSON.stringify(`${root}/dist/engine/isolate.js`)};
    import { encodeProfile } from ${JSON.stringify(`${root}/dist/profile/pprof/encode.js`)};
    const action = { url: pathToFileURL('job.mjs').href, name: 'job.mjs', exportName: 'mixed', args: [] };
    for (const js of [true, false]) {
      const capture = await profileSubject({ action, argumentBytes: 0 }, {}, 1, realChildHost(), { js });
      const { meta: { jsSampling, ...meta }, figures, stacks, ...rest } = nameCapture({ id: 'x', capture, choice: {}, cwd: process.cwd() });
      const native = figures.filter((name) => name !== 'jsBytes');
      console.log(stacks.some((each) => each.figures.jsBytes > 0), jsSampling !== undefined);
      console.log(Buffer.from(encodeProfile({ meta, figures: native, stacks, ...rest })).toString('hex'));
    }`;
  writeFileSync(
    join(cwd, 'job.mjs'),
    `const kept = [];
export function mixed() {
  const rows = [];
  for (let index = 0; index < 2000; index += 1) rows.push({ index, cells: [index] });
  kept.push(Buffer.alloc(70_000));
  return rows.length;
}
`,
  );
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    encoding: 'utf8',
  });
  const [sampled, first, plain, second] = printed.split('\n');
  expect([sampled, plain]).toEqual(['true true', 'false false']);
  expect(first?.length).toBeGreaterThan(1000);
  expect(second).toBe(first);
});

it('is in the profile of measureMemory, in this process and in an attached child', () => {
  writeFileSync(
    join(cwd, 'here.mjs'),
    `import { measureMemory } from 'benchmem';
export function makeRows() {
  const rows = [];
  for (let index = 0; index < 20_000; index += 1) rows.push({ index, cells: [index, index] });
  return Promise.resolve(rows);
}
if (process.argv[2] === 'here') await measureMemory(makeRows, { profile: 'here.pb.gz' });
if (process.argv[2] === 'attached') {
  const action = { module: import.meta.url, export: 'makeRows' };
  await measureMemory(action, { isolate: true, attached: true, profile: 'attached.pb.gz' });
}
`,
  );
  for (const where of ['here', 'attached']) {
    execFileSync(process.execPath, ['here.mjs', where], { cwd });
    const profile = readProfile(readFileSync(join(cwd, `${where}.pb.gz`)));
    const [first] = sampledRows(profile);
    expect([where, first?.name, first?.place]).toEqual([where, 'makeRows', 'here.mjs:2']);
    // An object of two properties, an array and its two elements.
    expect(first?.value).toBeGreaterThan(20_000 * (40 + 32 + 32) * 0.9);
    expect(first?.value).toBeLessThan(20_000 * (40 + 32 + 32) * 1.4);
    expect(profile.meta.jsSamplesRefused).toBeUndefined();
  }
});
