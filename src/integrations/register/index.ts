// `benchmem/register`: puts the hooks into whatever this node runs, where its configuration has none:
// NODE_OPTIONS="--import benchmem/register" reaches node:test and mocha.
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';

const require = createRequire(import.meta.url);
const [, program = ''] = process.argv;

if (isMocha(program)) requireHooks();
// WHY: it is loaded by the package's name, because of the many processes that load this, few need what it leads to.
else if (runsNodeTest()) require('benchmem/node-test');

function isMocha(path: string): boolean {
  return /^_?mocha(\.[cm]?js)?$/.test(basename(path)) && ['bin', '.bin'].includes(basename(dirname(path)));
}

// WHY: arguments carry the hooks, because mocha hands those to the processes of --parallel too.
function requireHooks(): void {
  const hooks = require.resolve('benchmem/mocha');
  if (!process.argv.includes(hooks)) process.argv.splice(2, 0, '--require', hooks);
}

function runsNodeTest(): boolean {
  return process.env.NODE_TEST_CONTEXT !== undefined || process.execArgv.includes('--test');
}
