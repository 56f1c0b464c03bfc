// Checks that the programs a build needs are there, and says what to install. Installs nothing itself.
import { firstLine, SetupError } from './run.mjs';

const debianPackage = { 'g++': 'g++', gcc: 'gcc', make: 'make', python3: 'python3', cmake: 'cmake' };

export function requirePrograms(names) {
  const missing = names.filter((name) => firstLine(name, ['--version']) === undefined);
  if (missing.length === 0) return;
  const packages = missing.map((name) => debianPackage[name] ?? name).join(' ');
  throw new SetupError(`not found on this machine: ${missing.join(', ')}`, `apt-get install ${packages}`);
}

/** Part of a build's stamp: another compiler builds anew. */
export const compilerVersion = () => firstLine('g++', ['--version']) ?? 'no g++';
