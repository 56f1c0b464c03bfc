// The example workflow's comment: what does not fit is cut by whole lines, and the verdict stays.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const workflow = fileURLToPath(
  new URL('../../examples/github-actions/.github/workflows/memory.yml', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'benchmem-comment-'));
mkdirSync(join(folder, 'memory'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The step's commands up to the first that needs the network. */
function script(): string {
  const [, step = ''] = readFileSync(workflow, 'utf8').split('- name: Comment\n');
  const [, run = ''] = step.split('run: |\n');
  const [local = ''] = run.split('          id=$(gh api');
  return local.replaceAll(/^ {10}/gm, '');
}

function cut(comment: string): string {
  writeFileSync(join(folder, 'memory', 'comment.md'), comment);
  execFileSync('bash', ['-e', '-c', script()], { cwd: folder });
  return readFileSync(join(folder, 'memory', 'body.md'), 'utf8');
}

const marker = '<!-- benchmem -->\n\n';
const rowOf = (index: number) => `| b${index} (größer) | ${'9'.repeat(60)} |`;
const table = (title: string, rows: number) =>
  `#### ${title}\n\n| name | base |\n| :--- | ---: |\n${Array.from({ length: rows }, (_, at) => rowOf(at)).join('\n')}\n\n`;
const verdict = (found: number) =>
  `**${found} regression(s) over threshold:**\n\n${Array.from({ length: found }, (_, at) => `- peak b${at}: 1 B → 2 B (+100.0%)`).join('\n')}\n\ngate: 5 compared, 0 new, 0 removed, 0 incomparable\n\n`;

describe('the comment of the example workflow', () => {
  it('is whole where it fits', () => {
    const comment = marker + verdict(2) + table('a', 3);
    expect(cut(comment)).toBe(comment);
  });

  it('keeps the verdict and whole rows where it does not, and counts the rest', () => {
    const comment = marker + verdict(3) + table('a', 500) + table('b', 500);
    const body = cut(comment);
    expect(Buffer.byteLength(body)).toBeLessThan(60_200);
    expect(Buffer.byteLength(body)).toBeGreaterThan(59_000);
    expect(body.startsWith(marker + verdict(3))).toBe(true);
    const [kept = '', note] = body.split('\n\n').slice(-2);
    const last = kept.split('\n').at(-1) ?? '';
    expect(last).toMatch(/^\| b\d+ \(größer\) \| 9{60} \|$/);
    const rows = body.split('\n').filter((line) => line.startsWith('| b')).length;
    expect(note).toBe(
      `${1000 - rows} rows of tables and 0 lines of the verdict are left out here; the summary of the job has them.\n`,
    );
  });

  it('never ends in the head of a table, wherever the limit falls', () => {
    for (let before = 0; before < 260; before += 1) {
      const padding = `- ${'x'.repeat(before)}\n`;
      const body = cut(
        `${marker}${padding}${verdict(1)}${table('a', 710)}${table('b', 9)}${table('c', 200)}`,
      );
      const lines = body.trimEnd().split('\n');
      expect(lines.at(-1)).toMatch(/^\d+ rows of tables and 0 lines/);
      expect(lines.at(-3), String(before)).toBe(rowOf(Number(/b(\d+)/.exec(lines.at(-3) ?? '')?.[1])));
    }
  }, 120_000);

  it('counts what it leaves out of a verdict that is too long itself', () => {
    const body = cut(marker + verdict(3000) + table('a', 10));
    const shown = body.split('\n').filter((line) => line.startsWith('- peak')).length;
    expect(body).toMatch(
      new RegExp(`\n\n10 rows of tables and ${3000 - shown} lines of the verdict are left out`),
    );
  });
});
