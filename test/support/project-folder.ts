// A folder as a project has it: the package installed, nothing of this repository around it. The caller removes it.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';

export function makeProject(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `benchmem-${name}-`));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/benchmem'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}
