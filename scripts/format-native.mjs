// Formats the C++ sources by .clang-format; with --check it only says which are not formatted, and fails when there are any.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { root } from './lib/paths.mjs';
import { firstLine, runScript, SetupError } from './lib/run.mjs';

const folders = ['native', 'benchmarks/native', 'test/native', 'test/fuzz/native', 'test/addons'];
// WHY: there is one version, because others break lines elsewhere.
const version = '14';

function sources() {
  return folders.flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true })
      .map((file) => `${folder}/${file}`)
      .filter((file) => /\.(h|cpp)$/.test(file) && !file.startsWith('native/vendor/')),
  );
}

/** The exit code: 0 where all is formatted, or where this machine cannot say. */
export function formatNative({ check }) {
  const found = firstLine('clang-format', ['--version']);
  const here = /version (\d+)/.exec(found ?? '')?.[1];
  if (here !== version) {
    const why = here === undefined ? 'clang-format is missing' : `clang-format is version ${here}`;
    const what = `the C++ sources were not ${check ? 'checked' : 'formatted'}`;
    process.stdout.write(
      `skipped: ${what}, because ${why} (Debian: apt-get install clang-format-${version})\n`,
    );
    return 0;
  }
  const files = sources();
  if (files.length === 0) throw new SetupError('no C++ source was found');
  const mode = check ? ['--dry-run', '--Werror'] : ['-i'];
  const done = spawnSync('clang-format', [...mode, ...files], { cwd: root, encoding: 'utf8' });
  const wrong = [...new Set([...done.stderr.matchAll(/^(\S+?):\d+:\d+: error/gm)].map((match) => match[1]))];
  if (done.status === 0) {
    process.stdout.write(`${files.length} C++ files ${check ? 'are formatted' : 'formatted'}\n`);
  } else {
    process.stdout.write(`${wrong.join('\n') || done.stderr}\n  hint: npm run format writes them anew\n`);
  }
  return done.status ?? 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(() => formatNative({ check: process.argv.includes('--check') }));
}
