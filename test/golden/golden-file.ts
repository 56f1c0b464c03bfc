// Compares text with a stored one; a mismatch leaves what came out beside it, as `.got`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** Set to renew every golden from what comes out; read the difference before it is kept. */
const renewing = process.env.BENCHMEM_RENEW_GOLDENS === '1';

export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`./expected/${name}.txt`, import.meta.url));
  if (renewing) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (expected === text) {
    rmSync(`${file}.got`, { force: true });
    return;
  }
  writeFileSync(`${file}.got`, text);
  if (expected === undefined) expect.fail(`no golden ${name}.txt: rename ${name}.txt.got once it is right`);
  expect(text).toBe(expected);
}
