// Finds blocks of lines that stand in the sources twice. Reads files only; knows nothing about a test runner.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { sourceFiles } from './layering.js';

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Each block of `length` equal lines below `<root>/src` and `<root>/native`, as the two places where it begins. */
export function repeatedBlocks(root: string, length: number): string[] {
  const first = new Map<string, string>();
  const repeated: string[] = [];
  for (const file of sourceFiles(root)) {
    const lines = countedLines(readFileSync(file, 'utf8'));
    let reportedUntil = 0;
    for (let at = 0; at + length <= lines.length; at += 1) {
      const block = lines.slice(at, at + length).map(({ text }) => text);
      const place = `${relative(root, file)}:${lines[at]?.number}`;
      const key = block.join('\n');
      const earlier = first.get(key);
      first.set(key, earlier ?? place);
      if (earlier === undefined || at < reportedUntil) continue;
      repeated.push(`${place} repeats ${length} lines of ${earlier}`);
      reportedUntil = at + length;
    }
  }
  return repeated;
}

// Blank lines, imports, includes and lone punctuation do not count.
function countedLines(text: string): Line[] {
  const withoutImports = text.replaceAll(
    /^(?:import|export)\s(?:type\s)?(?:[\w*{][^;'"]*?from\s*)?['"][^'"]+['"];?$/gm,
    (found) => found.replaceAll(/[^\n]/g, ''),
  );
  return withoutImports
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter(({ text }) => /\w/.test(text) && !text.startsWith('#include'));
}
