// docs/retainers.md is true: its program is written, its command run, and what it shows comes out, byte for byte except for the total.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';

const page = readFileSync(`${root}/docs/retainers.md`, 'utf8');
const [, program = ''] = /^```js\n\/\/ sessions\.js\n([\s\S]*?)^```$/m.exec(page) ?? [];
const [, command = ''] = /^```sh\n(.*)\n```$/m.exec(page) ?? [];
const [, shown = ''] = /^```text\n([\s\S]*?)^```$/m.exec(page) ?? [];

it('docs/retainers.md shows what its command prints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-retainers-page-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    writeFileSync(join(folder, 'sessions.js'), program);
    const line = command.replace('npx benchmem', `"${process.execPath}" "${root}/bin/benchmem.js"`);
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    // How much all of it is depends on the version of Node.js; what is kept, and by whom, does not.
    const words = (text: string) =>
      text.replace(/\s+/g, ' ').replace(/kept by each call: .* %/, 'kept by each call: some %');
    expect(words(stdout)).toContain(words(shown).trim());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
