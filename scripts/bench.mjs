// Runs one of the benchmarks by its folder. Usage: npm run bench -- NAME [its own arguments]
import { existsSync, readdirSync } from 'node:fs';
import { root } from './lib/paths.mjs';
import { runScript, runShown, SetupError } from './lib/run.mjs';

const programOf = (name) => `${root}/benchmarks/${name}/run.mjs`;

await runScript(() => {
  const [name, ...rest] = process.argv.slice(2);
  const names = readdirSync(`${root}/benchmarks`).filter((each) => existsSync(programOf(each)));
  if (!names.includes(name)) {
    throw new SetupError(
      `there is no benchmark ${name ?? ''}`.trimEnd(),
      `npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`,
    );
  }
  return runShown(process.execPath, [programOf(name), ...rest]);
});
