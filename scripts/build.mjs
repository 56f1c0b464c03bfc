// `npm run build`: the addon, the preload library and dist/. `npm run build -- PART ...`: one of the parts below, with
// the arguments that follow; --help lists them.

import { buildParts } from './lib/build-parts.mjs';
import { choicesText, chosenFrom } from './lib/choice.mjs';
import { root } from './lib/paths.mjs';
import { runScript, runShown } from './lib/run.mjs';

const usage = 'npm run build [-- PART [ARGUMENTS]]: what ships, or one part';

const run = ({ script }, args) => runShown(process.execPath, [`${root}/${script}`, ...args]);

await runScript(() => {
  const [part, ...rest] = process.argv.slice(2);
  if (part === undefined) return run(buildParts.native, []) || run(buildParts.ts, []);
  if (part !== '--help') return run(chosenFrom(buildParts, part, 'part'), rest);
  process.stdout.write(choicesText(usage, buildParts));
  return 0;
});
