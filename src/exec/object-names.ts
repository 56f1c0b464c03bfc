// Shared objects as people know them: an addon by its package and file, anything else by its file. Pure.

export const nodeItself = 'node itself (Buffers, zlib, crypto, …)';

/** A name for each path; '' is the executable. Two paths never get the same name: the shortest one that tells them apart. */
export function objectNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map([...new Set(paths)].map((path) => [path, nameOf(path)]));
  const counts = new Map<string, number>();
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const [path, name] of names) {
    if (counts.get(name) !== 1) names.set(path, `${name} (${path})`);
  }
  return names;
}

function nameOf(path: string): string {
  if (path === '') return nodeItself;
  const words = path.split('/');
  const file = words.at(-1) || path;
  const at = words.lastIndexOf('node_modules');
  if (at < 0 || at > words.length - 3) return file;
  const scope = words[at + 1] ?? '';
  const name = scope.startsWith('@') && at < words.length - 3 ? `${scope}/${words[at + 2]}` : scope;
  return `${name}: ${file}`;
}
