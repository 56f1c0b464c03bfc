// Makes docs/errors.md from the sources: what each code means stands beside it in src/errors.ts, and what is said with it is read
// from where it is thrown. Writes nothing: scripts/docs.mjs does.
import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { root } from '../lib/paths.mjs';

const parse = (file) =>
  ts.createSourceFile(file, readFileSync(`${root}/${file}`, 'utf8'), ts.ScriptTarget.Latest, true);

const commentOf = (node) =>
  ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => (typeof comment === 'string' ? comment.replaceAll(/\s+/g, ' ').trim() : ''))
    .join(' ')
    .trim();

/** The closed list in src/errors.ts, in its order: `{ code, exit, meaning }`. */
function codes() {
  const found = [];
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === 'exitCodeByCode') {
      const list = node.initializer.expression.expression;
      for (const property of list.properties) {
        const exit = property.initializer.name.text;
        found.push({ code: property.name.text, exit, meaning: commentOf(property) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(parse('src/errors.ts'));
  return found;
}

// A text as it is written, with `…` for each value that it takes; undefined if it is made elsewhere.
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  }
  if (ts.isBinaryExpression(node)) {
    const parts = [textOf(node.left) ?? '…', textOf(node.right) ?? '…'];
    return parts.every((part) => part === '…') ? undefined : parts.join('');
  }
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  return undefined;
}

const hasWords = (text) => text !== undefined && /[a-z]{3}/.test(text.replaceAll('…', ''));

/** What is said with each code: a map from code to `{ message, hint }`, in the order of the files. */
function sayings() {
  const said = new Map();
  const add = (code, message, hint) => {
    if (!hasWords(message)) return;
    const list = said.get(code) ?? [];
    if (!list.some((other) => other.message === message)) list.push({ message, hint });
    said.set(code, list);
  };
  const visit = (node) => {
    if (
      ts.isNewExpression(node) &&
      /^(Benchmem|Child|MemoryLimit|Usage)Error$/.test(node.expression.getText())
    ) {
      const [code, message, hint] = node.arguments ?? [];
      if (code !== undefined && message !== undefined && ts.isStringLiteralLike(code)) {
        add(code.text, textOf(message), hint === undefined ? undefined : textOf(hint));
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of sourceFiles()) visit(parse(file));
  return said;
}

/** Warnings are values: `{ code, subject, message, hint }`. */
function warnings() {
  const found = new Map();
  const visit = (node) => {
    if (ts.isObjectLiteralExpression(node)) {
      const fields = new Map(
        node.properties.flatMap((property) =>
          ts.isPropertyAssignment(property) ? [[property.name.getText(), property.initializer]] : [],
        ),
      );
      const [code, subject, message, hint] = ['code', 'subject', 'message', 'hint'].map((name) =>
        fields.get(name),
      );
      if (code && subject && message && hint && ts.isStringLiteralLike(code)) {
        const list = found.get(code.text) ?? [];
        list.push({ message: textOf(message), hint: textOf(hint) });
        found.set(code.text, list);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of sourceFiles()) visit(parse(file));
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

const sourceFiles = () => globSync('src/**/*.ts', { cwd: root, ignore: '**/*.d.ts' }).sort();

const exits = { ok: 0, failed: 1, usage: 2, bug: 70, interrupted: 130 };
const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ').trim();

const rowsOf = (list) =>
  list.length === 0
    ? []
    : [
        '| it says | what to do |',
        '|---|---|',
        ...list.map(
          ({ message, hint }) => `| ${escaped(message)} | ${hint === undefined ? '' : escaped(hint)} |`,
        ),
        '',
      ];

/** The page, and the codes that say nothing of themselves. */
export function errorsPage() {
  const all = codes();
  const said = sayings();
  const lines = [
    '# Errors and warnings',
    '',
    'Every error has a code, a message with the value that caused it, and a hint that says what to type next. On the command line',
    'it is printed as `benchmem: message` and `hint: …`; in code it is a `BenchmemError` with `code`, `message` and `hint`.',
    'Search this page for the words that you see. `…` stands for a value.',
    '',
    '| exit code | means |',
    '|---|---|',
    '| 0 | All is well. |',
    '| 1 | A benchmark, a test or a child failed, or a gate was passed. |',
    '| 2 | The command line, a file or this machine is not what the command needs. |',
    '| 70 | This is a bug of benchmem: please report it with the line that starts with `environment`. |',
    '| 130 | The command was interrupted. |',
    '',
    ...all.flatMap(({ code, exit, meaning }) => [
      `## ${code}`,
      '',
      `${meaning} Exit code ${exits[exit]}.`,
      '',
      ...rowsOf(said.get(code) ?? []),
    ]),
    '# Warnings',
    '',
    'A warning is a value of the result (`warnings`) and a line of the command. The figures beside it are right, within what it says.',
    '',
    ...warnings().flatMap(([code, list]) => [`## ${code}`, '', ...rowsOf(list)]),
  ];
  return {
    text: `${lines.join('\n').trimEnd()}\n`,
    silent: all.filter(({ meaning }) => meaning === '').map(({ code }) => code),
  };
}
