// Go's own tool opens our profiles: the same program, the same totals, the peak by default. Skipped by name where there
// is no Go (Debian: apt-get install golang-go).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { sampleTypes } from '../../src/profile/pprof/layout.js';
import { randomOf, randomProfile } from '../unit/profile-support/profiles.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-go-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function go(args: readonly string[]): string {
  return execFileSync('go', args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, GOCACHE: join(folder, 'cache'), GOFLAGS: '-mod=mod' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const hasGo = (() => {
  try {
    return go(['tool', 'pprof', '-h']).length >= 0;
  } catch (error) {
    // With -h it ends with 2, and says how it is used.
    return /usage/i.test(String((error as { stderr?: string }).stderr));
  }
})();

describe('go tool pprof', () => {
  it.skipIf(!hasGo)('reads every type with our totals, and takes node for the program (needs Go)', () => {
    const random = randomOf(31);
    for (let round = 0; round < 3; round += 1) {
      const bytes = encodeProfile(randomProfile(random));
      const file = join(folder, `${round}.pb.gz`);
      writeFileSync(file, bytes);
      const { stacks, meta } = readProfile(bytes);
      const sumOf = (figure: (typeof sampleTypes)[number]['figure']) =>
        stacks.reduce((sum, { figures }) => sum + (figures[figure] ?? 0), 0);
      for (const { type, unit, figure } of sampleTypes) {
        const raw = unit === 'bytes' ? ['-unit=bytes'] : [];
        const top = go(['tool', 'pprof', '-top', `-sample_index=${type}`, ...raw, file]);
        expect(top).toContain('File: node\n');
        expect(top).toContain(`Type: ${type}\n`);
        const total = /^Showing nodes accounting for .* of (\d+)B? total$/m.exec(top)?.[1];
        expect([round, type, Number(total ?? 0)]).toEqual([round, type, sumOf(figure)]);
      }
      expect(go(['tool', 'pprof', '-top', file])).toContain('Type: inuse_space\n');
      expect(go(['tool', 'pprof', '-comments', file])).toContain(`benchmem {"schema":1,"id":"${meta.id}"`);
    }
  });
});
