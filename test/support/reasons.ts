// The form of reasons in comments: the tag, a colon, and a sentence. Reads files only; knows nothing about a test runner.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFiles } from './repository-files.js';

// In backquotes the tag is a name.
const withoutColon = /(?<!`)\bWHY\b(?!:(?:\s|$)).*/g;
const fewestWords = 4;

/** Each reason that is no sentence behind its tag and colon. */
export function reasonBreaches(root: string, files: readonly string[] = repositoryFiles(root)): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(withoutColon), ...fragments(text)].map(([found]) => `${file}: ${found}`);
  });
}

// With the line below it, which may be the rest of the sentence.
const reason = /(?<!`)\bWHY:[ \t]*(.*)(?:\n[ \t]*(?:\/\/|\*|#)[ \t]*(?![A-Z]{3,}:)(\S.*))?/g;

function fragments(text: string): RegExpMatchArray[] {
  return [...text.matchAll(reason)].filter(
    ([, first = '', next = '']) => `${first} ${next}`.trim().split(/\s+/).length < fewestWords,
  );
}
