// Downloads one source package's upstream tarball through apt, without touching the machine's configuration.
// The deb-src entries are derived from the machine's own apt sources, so no host is written here.
// Must not install anything, write outside the folder it is given, or decide whether the file is the right one.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Splits a deb822 file into stanzas; each is a map of lower-case field names to one-line values. */
function parseStanzas(text) {
  const stanzas = [];
  for (const block of text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/)) {
    const fields = new Map();
    let last;
    for (const line of block.split('\n')) {
      const field = /^([A-Za-z][\w-]*):\s*(.*)$/.exec(line);
      if (field) {
        last = field[1].toLowerCase();
        fields.set(last, field[2].trim());
      } else if (last && /^\s+\S/.test(line)) {
        // WHY: an embedded key (Signed-By) needs its line breaks; a list of suites does not mind them.
        fields.set(last, `${fields.get(last)}\n ${line.trim()}`);
      }
    }
    if (fields.size > 0) stanzas.push(fields);
  }
  return stanzas;
}

/** Every enabled source of a `.sources` file, as a stanza of type deb-src. */
export function sourceStanzasFromDeb822(text) {
  const out = [];
  for (const fields of parseStanzas(text)) {
    const enabled = !/^(no|false|without|off|disable|0)$/i.test(fields.get('enabled') ?? 'yes');
    if (!enabled || !fields.has('uris') || !fields.has('types')) continue;
    const stanza = new Map(fields);
    stanza.set('types', 'deb-src');
    for (const unneeded of ['architectures', 'languages', 'targets']) stanza.delete(unneeded);
    out.push([...stanza].map(([name, value]) => `${name}: ${value}`).join('\n'));
  }
  return out;
}

/** Every line of a `.list` file, as a `deb-src` line. */
export function sourceLinesFromList(text) {
  const out = [];
  for (const line of text.split('\n')) {
    const entry = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s*)?([^#]*)/.exec(line);
    if (!entry) continue;
    const options = (entry[1] ?? '')
      .split(/\s+/)
      .filter((option) => option && !/^(arch|lang|target)[+-]?=/.test(option));
    out.push(`deb-src ${options.length > 0 ? `[${options.join(' ')}] ` : ''}${entry[2].trim()}`);
  }
  return out;
}

function configuredPath(key, fallback) {
  const result = spawnSync('apt-config', ['shell', 'VALUE', key], { encoding: 'utf8' });
  return /^VALUE='(.*)'$/m.exec(result.stdout ?? '')?.[1] ?? fallback;
}

/** Writes the derived deb-src entries below `parts`; returns how many there are. */
function writeSourceEntries(parts) {
  const folder = configuredPath('Dir::Etc::sourceparts/d', '/etc/apt/sources.list.d/');
  const files = [configuredPath('Dir::Etc::sourcelist/f', '/etc/apt/sources.list')];
  if (fs.existsSync(folder)) files.push(...fs.readdirSync(folder).map((name) => path.join(folder, name)));
  const stanzas = [];
  const lines = [];
  for (const file of files) {
    let text;
    try {
      text = fs.readFileSync(file, 'utf8');
    } catch {
      continue; // WHY: a list that this user may not read (credentials in it) only makes one source fewer.
    }
    if (file.endsWith('.sources')) stanzas.push(...sourceStanzasFromDeb822(text));
    else if (file.endsWith('.list')) lines.push(...sourceLinesFromList(text));
  }
  fs.writeFileSync(path.join(parts, 'benchmem.sources'), `${[...new Set(stanzas)].join('\n\n')}\n`);
  fs.writeFileSync(path.join(parts, 'benchmem.list'), `${[...new Set(lines)].join('\n')}\n`);
  return stanzas.length + lines.length;
}

/**
 * Downloads the source package's files into `folder` and returns the path of its upstream tarball.
 * Throws an Error that says why when apt is missing, has no sources, or does not know the package.
 */
export function downloadDebianSource(packageName, folder) {
  if (spawnSync('apt-get', ['--version']).error) throw new Error('apt-get is not on this machine');
  const parts = path.join(folder, 'parts');
  for (const name of ['parts', 'lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  }
  if (writeSourceEntries(parts) === 0) throw new Error('apt has no package sources configured');
  const options = [
    ['Dir::Etc::sourcelist', '/dev/null'],
    ['Dir::Etc::sourceparts', parts],
    ['Dir::State::lists', path.join(folder, 'lists')],
    ['Dir::Cache', path.join(folder, 'cache')],
    // WHY: as root apt downloads as another user, who may not write here; a private folder needs no sandbox.
    ...(process.getuid?.() === 0 ? [['APT::Sandbox::User', 'root']] : []),
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const run = (...args) => spawnSync('apt-get', [...options, ...args], { cwd: folder, encoding: 'utf8' });
  // WHY: the exit code of `update` is not looked at: one third-party source without source packages fails it.
  const update = run('-q', 'update');
  const fetched = run('-q', '--only-source', '--download-only', 'source', packageName);
  const tarball = fs.readdirSync(folder).find((name) => /\.orig\.tar\.\w+$/.test(name));
  if (fetched.status !== 0 || !tarball) {
    const reason = `${update.stderr}${fetched.stderr}`.split('\n').filter((line) => /^E:/.test(line));
    throw new Error(reason.at(-1) ?? `apt-get source ${packageName} failed`);
  }
  return path.join(folder, tarball);
}
