// Runs vitest's tests of this repository twice, plain and with the memory report of its own plug-in, and compares what each
// came to. Usage: node scripts/suite-verdicts.mjs [--project unit --project golden] [file ...]; all of unit, golden and
// layering by default. Ends with 'N tests, N differ'; the exit code is 1 where a verdict differs or nothing was measured.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTypeScript } from './build-ts.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runScript, SetupError } from './lib/run.mjs';

const quick = ['--project', 'unit', '--project', 'golden', '--project', 'layering'];

// Projects of the repository's own configuration, each with the plug-in.
const measuredConfig = `
import { defineConfig } from 'vitest/config';
import { memory } from ${JSON.stringify(`${root}/dist/integrations/vitest/index.js`)};
import config from ${JSON.stringify(`${root}/vitest.config.ts`)};
const projects = config.test.projects.map((project) => ({ ...project, root: ${JSON.stringify(root)}, plugins: [memory({ report: true })] }));
export default defineConfig({ ...config, root: ${JSON.stringify(root)}, test: { ...config.test, projects } });
`;

/** The status of each test, by its file and full name; tests of one name keep their order. */
function verdictsOf(folder, name, args, env) {
  const output = join(folder, `${name}.json`);
  const argv = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--reporter=json', `--outputFile=${output}`];
  process.stdout.write(`== ${name}\n`);
  const { stderr } = spawnSync(process.execPath, [...argv, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
  });
  if (!existsSync(output)) throw new SetupError(`vitest wrote no results: ${stderr.slice(-2000)}`);
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'));
  const verdicts = new Map();
  for (const { name: file, assertionResults } of testResults) {
    for (const { fullName, status } of assertionResults) {
      const id = `${file.slice(root.length + 1)} > ${fullName}`;
      verdicts.set(id, [...(verdicts.get(id) ?? []), status].sort());
    }
  }
  return verdicts;
}

await runScript(async () => {
  await buildTypeScript();
  const given = process.argv.slice(2);
  const args = given.some((word) => word === '--project') ? given : [...quick, ...given];
  const folder = mkdtempSync(join(buildFolder, 'suite-verdicts-'));
  try {
    const config = join(folder, 'vitest.config.mjs');
    writeFileSync(config, measuredConfig);
    const spool = mkdtempSync(join(folder, 'spool-'));
    const plain = verdictsOf(folder, 'plain', args, {});
    const measured = verdictsOf(folder, 'measured', ['--config', config, ...args], { BENCHMEM_SPOOL: spool });
    const ids = [...new Set([...plain.keys(), ...measured.keys()])];
    const differing = ids.filter((id) => String(plain.get(id)) !== String(measured.get(id)));
    for (const id of differing)
      process.stdout.write(`${id}: ${plain.get(id)}, measured ${measured.get(id)}\n`);
    const records = readdirSync(spool).reduce(
      (sum, file) => sum + readFileSync(join(spool, file), 'utf8').split('"figures"').length - 1,
      0,
    );
    process.stdout.write(`${ids.length} tests, ${records} measured, ${differing.length} differ\n`);
    return differing.length > 0 || ids.length === 0 || records === 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
