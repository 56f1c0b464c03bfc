// A measuring child starts with the flags that the compiled code of node's modules is for, and runs user code with all of ours.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureMemory } from '../../dist/index.js';

interface Seen {
  readonly compiled: readonly string[];
  readonly flagHash: number;
  readonly environment: readonly string[];
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-start-flags-'));
  writeFileSync(
    join(folder, 'action.cjs'),
    `const { appendFileSync } = require('node:fs');
const { cachedDataVersionTag } = require('node:v8');
const { internalBinding } = require('internal/test/binding');
const builtins = internalBinding('builtins');
const { compiledWithoutCache } = builtins.getCacheUsage?.() ?? builtins;
const environment = Object.keys(process.env).filter((name) => name.startsWith('BENCHMEM'));
const seen = { compiled: [...compiledWithoutCache], flagHash: cachedDataVersionTag(), environment };
appendFileSync(process.env.SEEN, JSON.stringify(seen) + '\\n');
exports.action = () => {};
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function seenWith(nodeFlags: readonly string[]): Promise<{ seen: Seen[]; flags: string[][] }> {
  const file = join(folder, 'seen.txt');
  rmSync(file, { force: true });
  process.env.SEEN = file;
  const action = { module: join(folder, 'action.cjs'), export: 'action' };
  const { environment } = await measureMemory(action, { isolate: true, nodeFlags, repeats: 1 });
  const seen = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen);
  const { peak = [], accounting = [] } = environment.flags as Record<string, string[]>;
  return { seen, flags: [peak, accounting] };
}

const internals = ['--expose-internals', '--no-warnings'];

describe('a measuring child', () => {
  it('takes the compiled code of the modules that it loads itself', async () => {
    const { seen } = await seenWith(internals);
    const [peak, accounting] = seen.map(({ compiled }) => compiled);
    for (const compiled of [peak, accounting]) {
      expect(compiled).toContain('internal/main/run_main_module');
      expect(compiled).not.toContain('perf_hooks');
      expect(compiled).not.toContain('v8');
      expect(compiled).not.toContain('internal/modules/esm/translators');
    }
  });

  it('compiles them anew if modules of the user run before its flags are set', async () => {
    const { seen } = await seenWith([...internals, '--import', 'data:text/javascript,']);
    for (const { compiled } of seen) expect(compiled).toContain('v8');
  });

  it('runs user code with the flags that are reported, and hides how it started', async () => {
    const { seen, flags } = await seenWith(internals);
    const expected = flags.map((each, index) => {
      // Collections can be asked for in the peak pass.
      const own = index === 0 ? [...each, '--expose-gc'] : each;
      const tag = execFileSync(process.execPath, [...own, '-p', 'v8.cachedDataVersionTag()'], {
        encoding: 'utf8',
      });
      return Number(tag);
    });
    expect(seen.map(({ flagHash }) => flagHash)).toEqual(expected);
    expect(seen.map(({ environment }) => environment)).toEqual([[], []]);
  });
});
