// docs/history.md is true: its commands, run one after the other over the story of a small project, print what it shows.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../src/runfile/provenance.js';
import { makeStory, type Story } from '../support/story.js';
import { runFake } from './fake-world.js';

const path = fileURLToPath(new URL('../../docs/history.md', import.meta.url));
const page = readFileSync(path, 'utf8');
const example = /^```sh\nnpx benchmem (.*)\n```\n\n```text\n([\s\S]*?)^```$/gm;
const cwd = mkdtempSync(join(tmpdir(), 'benchmem-history-page-'));
let story: Story;
beforeAll(() => {
  story = makeStory(cwd);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** The words of a command line, of which some stand in single quotes. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

describe('docs/history.md', () => {
  it('shows what its commands print', async () => {
    let made = page;
    const codes: number[] = [];
    for (const [whole, command = '', shown = ''] of page.matchAll(example)) {
      const { code, stdout, stderr } = await runFake(wordsOf(command), {
        cwd,
        columns: 110,
        suite: { git: gitIn },
      });
      codes.push(Number(code));
      made = made.replace(whole, () =>
        whole.replace(`\`\`\`text\n${shown}`, () => `\`\`\`text\n${stdout}${stderr}`),
      );
    }
    if (process.env.BENCHMEM_RENEW_GOLDENS === '1') writeFileSync(path, made);
    expect(made).toBe(page);
    expect(codes).toEqual([0, 0, 1, 0]);
  });

  it('shows the commits of the story', () => {
    for (const { id } of [story.peak, story.time, story.faster])
      expect(page).toContain(`since ${id.slice(0, 8)}`);
  });
});
