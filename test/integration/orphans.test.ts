// SIGKILL leaves a process no time to end its children: those that measure in an endless loop end all the same, of
// whatever kind they are, with or without the preload library, and so does what watches over them.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startCli } from '../support/cli-process.js';
import type { CollectedProcess } from '../support/collected-process.js';
import { makeProject } from '../support/project-folder.js';

const folder = makeProject('orphans');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const endless = `
import { writeFileSync } from 'node:fs';
export function loop() {
  writeFileSync(process.env.PID_FILE, String(process.pid));
  for (;;) {}
}`;
writeFileSync(join(folder, 'loop.mjs'), endless);
writeFileSync(join(folder, 'load.mjs'), `${endless}\nloop();`);
writeFileSync(
  join(folder, 'loop.bench.mjs'),
  `import { bench } from 'benchmem';\nimport { loop } from './loop.mjs';\nbench('loop', loop);`,
);
const kinds: ReadonlyArray<readonly [kind: string, argv: readonly string[]]> = [
  ['peak', ['measure', 'loop.mjs', '--export', 'loop']],
  ['attached', ['measure', 'loop.mjs', '--export', 'loop', '--attached']],
  ['timing', ['run', 'loop.bench.mjs', '--no-memory']],
  ['listing', ['run', 'load.mjs']],
  ['export listing', ['measure', 'load.mjs', '--all']],
];

async function pidIn(file: string, { ended }: CollectedProcess): Promise<number> {
  let early: string | undefined;
  ended.then(({ stdout, stderr }) => {
    early = stdout + stderr;
  });
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    if (early !== undefined) throw new Error(`it ended: ${early}`);
    await sleep(20);
  }
  return Number(readFileSync(file, 'utf8'));
}

/** Whether it runs; one that nobody has reaped does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

describe('a measuring process that is killed', () => {
  it.each(kinds)('leaves no child behind in an endless loop: %s', async (kind, argv) => {
    const PID_FILE = join(folder, `${kind}.pid`);
    const cli = startCli(argv, { cwd: folder, env: { PID_FILE } });
    const pid = await pidIn(PID_FILE, cli);
    const started = childrenOf(cli.child.pid ?? 0);
    expect(started).toContain(pid);
    cli.child.kill('SIGKILL');
    while (started.some(runs)) await sleep(20);
    expect((await cli.ended).code).toBeNull();
  });
});
