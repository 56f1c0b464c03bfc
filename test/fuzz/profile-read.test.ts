// The reader of profiles and the reader of ELF files against broken bytes: a profile of which every report and export can
// be made, or one error that names the file. The damage is drawn from a fixed seed, so that a failure comes back.
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { collapsed } from '../../src/profile/exports/collapsed.js';
import { profileDocument } from '../../src/profile/exports/json.js';
import { profileMarkdown } from '../../src/profile/exports/markdown.js';
import { speedscope } from '../../src/profile/exports/speedscope.js';
import type { Profile } from '../../src/profile/model.js';
import { readElf } from '../../src/profile/names/elf.js';
import { symbolTable } from '../../src/profile/names/symbols.js';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { leaks } from '../../src/profile/reports/leaks.js';
import { metricFigures, profileMetrics } from '../../src/profile/reports/metrics.js';
import { stats } from '../../src/profile/reports/stats.js';
import { summary } from '../../src/profile/reports/summary.js';
import { table } from '../../src/profile/reports/table.js';
import { temporary } from '../../src/profile/reports/temporary.js';
import { tree } from '../../src/profile/reports/tree.js';
import { elfFile, sourceOf } from '../unit/profile-support/elf.js';
import { pick, type Random, randomOf, randomProfile } from '../unit/profile-support/profiles.js';

const pieces = [
  '00',
  'ff',
  '80',
  '7f',
  'ffffffffffffffffff01',
  '0801',
  '1200',
  '0a00',
  '2200',
  '3200',
  '6a0101',
  '0b',
].map((hex) => Buffer.from(hex, 'hex'));

function damage(bytes: Buffer, random: Random): Buffer {
  let broken = Buffer.from(bytes);
  // One byte in its place is read more often than not.
  if (random(2) === 0) {
    broken[random(broken.length)] = random(256);
    return broken;
  }
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(broken.length + 1);
    const until = Math.min(broken.length, at + random(6));
    const middle = pick([Buffer.alloc(0), pick(pieces, random), Buffer.from([random(256)])], random);
    broken = Buffer.concat([broken.subarray(0, at), middle, broken.subarray(until)]);
  }
  return broken;
}

function makeAll(profile: Profile): void {
  stats(profile);
  speedscope(profile);
  JSON.stringify(profileDocument(profile));
  for (const metric of profileMetrics) {
    if (!profile.figures.includes(metricFigures[metric].value)) continue;
    const { total } = table(profile, { metric });
    expect(Number.isSafeInteger(total)).toBe(true);
    summary(profile, { metric });
    JSON.stringify(tree(profile, { metric }));
    collapsed(profile, { metric });
    profileMarkdown(profile, { metric });
  }
  if (profile.figures.includes('liveBytes')) leaks(profile);
  if (profile.figures.includes('temporary')) temporary(profile);
  expect(readProfile(encodeProfile(profile)).stacks).toHaveLength(profile.stacks.length);
}

function readOrRefuse(bytes: Buffer): 'read' | 'refused' {
  let profile: Profile;
  try {
    profile = readProfile(bytes, 'x.pb.gz');
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    expect(error).toMatchObject({ code: 'BAD_PROFILE', message: expect.stringMatching(/^x\.pb\.gz ./) });
    expect(error.hint).not.toBe('');
    return 'refused';
  }
  makeAll(profile);
  return 'read';
}

describe('the reader of profiles', () => {
  const random = randomOf(21);
  const whole = Array.from({ length: 12 }, () => Buffer.from(encodeProfile(randomProfile(random))));

  it('reads or refuses what is damaged before it was compressed, and says why', () => {
    const ends = { read: 0, refused: 0 };
    for (let round = 0; round < 1000; round += 1) {
      ends[readOrRefuse(damage(gunzipSync(pick(whole, random)), random))] += 1;
    }
    expect(Math.min(ends.read, ends.refused)).toBeGreaterThan(100);
  });

  it('reads or refuses what is damaged as a file, and says why', () => {
    const ends = { read: 0, refused: 0 };
    for (let round = 0; round < 1000; round += 1)
      ends[readOrRefuse(damage(pick(whole, random), random))] += 1;
    expect(ends.refused).toBeGreaterThan(100);
  });

  it('refuses bytes that mean nothing, and says why', () => {
    for (let round = 0; round < 1000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: random(80) }, () => random(256)));
      readOrRefuse(pick([bytes, gzipSync(bytes)], random));
    }
  });
});

describe('the reader of ELF files', () => {
  it('reads what is damaged as far as it fits, and nothing else', () => {
    const random = randomOf(22);
    const symbols = Array.from({ length: 20 }, (_, at) => ({
      name: `f${at}`,
      address: 0x1000 + 16 * at,
      size: random(40),
      binding: pick(['local', 'global', 'weak'] as const, random),
    }));
    const file = elfFile(symbols);
    let named = 0;
    for (let round = 0; round < 2000; round += 1) {
      const elf = readElf(sourceOf(round === 0 ? file : damage(file, random)));
      if (elf === undefined) continue;
      const { nameOf } = symbolTable(elf);
      for (let address = 0xff0; address < 0x1200; address += 7) if (nameOf(address) !== undefined) named += 1;
    }
    expect(named).toBeGreaterThan(1000);
  });
});
