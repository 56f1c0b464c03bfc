// Lines of a table as bytes: what is trimmed, what is guarded, and in what pieces they come.
import { describe, expect, it } from 'vitest';
import { Lines } from '../../src/cli/compare/lines.js';

function lineOf(...parts: readonly (string | number)[]): string {
  const lines = new Lines();
  for (const part of parts) {
    if (typeof part === 'number') lines.blanks(part);
    else lines.text(part);
  }
  lines.end();
  return String(lines.take(true));
}

describe('a line', () => {
  it.each<[(string | number)[], string]>([
    [[1, 'a', 3, 'b'], ' a   b\n'],
    [[1, 'a', 3], ' a\n'],
    [[1, 'a', 2, '  ', 3, ''], ' a\n'],
    [[2, ' a ', 1, 'b '], '   a  b\n'],
    [[4], '\n'],
    [[], '\n'],
    [['a', -1, 'b'], 'ab\n'],
    [['漢 ', 1, 'µ'], '漢  µ\n'],
    [['漢字 \u00a0', 2], '漢字\n'],
    [['a\u00a0', 1, '\u3000 ', 2], 'a\n'],
    [['a\u00a0', 1, 'b'], 'a\u00a0 b\n'],
  ])('of %j is %j', (parts, line) => {
    expect(lineOf(...parts)).toBe(line);
  });

  it.each<[(string | number)[], string]>([
    [[1, '::error'], '\\ ::error\n'],
    [['##[group]', 3], '\\##[group]\n'],
    [['\u00a0::error'], '\\\u00a0::error\n'],
    [[1, '', 3, '::error'], '\\    ::error\n'],
    [[1, 'a', 3, '::error'], ' a   ::error\n'],
    [[':x', 1, '#[y'], ':x #[y\n'],
  ])('of %j is no command: %j', (parts, line) => {
    expect(lineOf(...parts)).toBe(line);
  });
});

it('hands out pieces that together are all lines, however long one is', () => {
  const lines = new Lines();
  const pieces: Uint8Array[] = [];
  let whole = '';
  const noteOf = (piece: Uint8Array | undefined) => {
    if (piece !== undefined) pieces.push(piece);
  };
  for (let index = 0; index < 3000; index += 1) {
    const text = `${index} µ `.repeat(index % 500 === 0 ? 40_000 : 9);
    lines.text(text);
    lines.end();
    lines.whole(Buffer.from('─'.repeat(index % 90)));
    whole += `${text.trimEnd()}\n${'─'.repeat(index % 90)}\n`;
    noteOf(lines.take());
  }
  noteOf(lines.take(true));
  expect(lines.take(true)).toBeUndefined();
  expect(pieces.length).toBeGreaterThan(5);
  expect(Buffer.concat(pieces).toString() === whole).toBe(true);
});
