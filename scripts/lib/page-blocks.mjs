// The fenced blocks of a page of the documentation, and what they mean to whoever runs the page: files, commands, output.
// Reads and writes nothing.

const fenced = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** In the page's order: `{ language, text }`. */
export function blocksOf(page) {
  return [...page.matchAll(fenced)].map(([, language = '', text = '']) => ({ language, text }));
}

/**
 * The steps of a page that is run from top to bottom: a file whose first line is a comment with its name, or a command with
 * its exit code (`# exit code 1` behind it, else 0) and the output that the next block shows.
 */
export function stepsOf(page) {
  const blocks = blocksOf(page);
  return blocks.flatMap(({ language, text }, index) => {
    const name = /^\/\/ ([\w./-]+)\n/.exec(text)?.[1];
    if ((language === 'js' || language === 'ts') && name !== undefined) return [{ kind: 'file', name, text }];
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    const command = text.trim();
    return [
      {
        kind: 'command',
        command: command.replace(/ +# exit code \d+$/, ''),
        exitCode: Number(/# exit code (\d+)$/.exec(command)?.[1] ?? 0),
        shown: next?.language === 'text' ? next.text : '',
      },
    ];
  });
}

/** Figures, units and line breaks differ from machine to machine; the words do not. */
export function maskFigures(text) {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\d,.]*\d/g, '#')
    .replaceAll(/# (B|KiB|MiB|GiB)\b/g, '# bytes');
}
