// Claims of comments that something is the only one. `ONLY: name` says that no file of src/ and native/ but its own
// defines the name; ONLY: with a text in backquotes, that no other file's code holds the text.
// Reads files only; knows nothing about a test runner.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { sourceFiles } from './layering.js';

interface Source {
  readonly name: string;
  readonly code: string;
  readonly comments: string;
}

const claim = /\bONLY: (?:`([^`]+)`|(\w+))/g;
const otherWords =
  /\b(?:the|its|their) only (?:\w+ )?(?:place|file|loader|parser|reader|writer|function|module|header|caller)\b/gi;
const comment = /\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*$/gm;

/** What breaks a claim below `<root>/src` and `<root>/native`, and each claim in other words. */
export function claimBreaches(root: string): string[] {
  const sources = sourceFiles(root).map((file) => readSource(root, file));
  return sources.flatMap(({ name, comments }) => [
    ...[...comments.matchAll(claim)].flatMap(([, text, symbol]) => {
      const claimed = text ?? symbol ?? '';
      const holders = sources
        .filter(({ code }) => (text === undefined ? defines(code, claimed) : code.includes(text)))
        .map((source) => source.name);
      if (!holders.includes(name)) return [`${name}: ONLY: ${claimed}: it is not there`];
      return holders
        .filter((holder) => holder !== name)
        .map((holder) => `${holder}: ${claimed} is in ${name} only`);
    }),
    ...[...comments.matchAll(otherWords)].map(([words]) => `${name}: "${words}" is said with ONLY: symbol`),
  ]);
}

function readSource(root: string, file: string): Source {
  const text = readFileSync(file, 'utf8');
  return {
    name: relative(root, file),
    code: text.replaceAll(comment, ''),
    comments: [...text.matchAll(comment)].map(([each]) => each).join('\n'),
  };
}

function defines(code: string, name: string): boolean {
  const words = 'function\\*?|const|let|class|interface|type|enum|struct|union|namespace|using|#define';
  return new RegExp(`(?<![\\w.])(?:${words})\\s+${name}\\b`).test(code);
}
