// Profiles of real programs with their names: every stack ends where its thread begins, sums are the tracker's own, no
// path of this machine is in the file, and two fresh runs of synchronous code give the same bytes.
import { homedir } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { profileFlags } from '../../src/engine/child/parent/node-flags.js';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { totalOf } from '../../src/profile/reports/metrics.js';
import { sitesOf } from '../../src/profile/reports/sites.js';
import { nodesAtHand } from './nodes-at-hand.js';
import type { NamedProfile } from './profile-names-child.js';

const file = bundleEntry('test/integration/profile-names-child.ts');
const newest = nodesAtHand.at(-1)?.major;
const nodes = nodesAtHand.filter(({ node, major }) => node === process.execPath || major === newest);

async function profileOf(node: string, module: string, name: string): Promise<NamedProfile> {
  const plan = { project: root, module: `${root}/benchmarks/suites/${module}.mjs`, name };
  return (await runMeasured({ node, mode: 'jemalloc', file, plan, flags: profileFlags })) as NamedProfile;
}

describe.each(nodes)('on Node $major', ({ node }) => {
  it.each([
    ['buffers', 'hold', ['main thread']],
    ['zlib', 'deflate', ['main thread']],
    ['zlib', 'gzipFour', ['libuv pool', 'main thread']],
    ['sharp', 'resize', ['libuv pool', 'main thread', 'other threads']],
  ])('%s %s: names, threads and sums', async (module, name, threads) => {
    const { totals, file } = await profileOf(node, module, name);
    const bytes = Buffer.from(file, 'base64');
    const profile = readProfile(bytes);
    expect({
      allocations: totalOf(profile, 'allocations'),
      bytes: totalOf(profile, 'bytes'),
      live: totalOf(profile, 'liveBytes'),
      sumAtMark: totalOf(profile, 'sumBytes'),
      peak: totalOf(profile, 'peakBytes'),
    }).toEqual(totals);
    expect(profile.stacks.filter(({ frames }) => frames.some(({ name }) => name === '[truncated]'))).toEqual(
      [],
    );
    // What the C library starts a thread with has no name in a stripped one, and is left out.
    const starts = profile.stacks.filter(({ frames }) => frames.at(-1)?.name === 'main thread');
    expect(new Set(starts.map(({ frames }) => frames.at(-2)?.name))).toEqual(new Set(['_start']));
    const found = new Set(profile.stacks.map(({ frames }) => frames.at(-1)?.name ?? ''));
    expect([...found].filter((each) => !threads.includes(each))).toEqual([]);
    const raw = gunzipSync(bytes)
      .toString('latin1')
      .replaceAll(`${root}/benchmarks/suites/${module}.mjs::`, '');
    expect([root, `${homedir()}/`].filter((path) => raw.includes(path))).toEqual([]);
    const named = profile.stacks.flatMap(({ frames }) =>
      frames.flatMap(({ file, object }) => [file, object]),
    );
    const names = [...named, ...profile.objects.map(({ name }) => name)];
    expect(names.filter((each) => each?.startsWith('/'))).toEqual([]);
    expect(sitesOf(profile, 'allocations').length).toBeGreaterThan(0);
  });

  it('two fresh runs give the same bytes', async () => {
    const runs = [await profileOf(node, 'zlib', 'deflate'), await profileOf(node, 'zlib', 'deflate')];
    expect(runs[0]).toEqual(runs[1]);
  });
});
