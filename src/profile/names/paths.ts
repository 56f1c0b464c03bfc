// What a file is called in a profile: relative to the project, by its package, or by its own name. Pure text.
// INVARIANT: two machines with the same project give the same names; no path of the machine is left.
import { fileURLToPath } from 'node:url';

export interface Folders {
  /** The project's folder, absolute and without links. */
  readonly project: string;
  /** Where benchmem's own code lies. */
  readonly own?: string;
}

const packages = '/node_modules/';

/** Of what V8 calls a script: a path, a URL, or a name that is neither. */
export function scriptName(url: string, folders: Folders): string {
  const path = pathOfScript(url);
  if (path !== undefined) return fileName(path, folders);
  if (url.startsWith('data:')) return 'data:';
  if (/^https?:/.test(url)) return withoutQuery(url);
  if (url.startsWith('file:')) return 'file:';
  return url;
}

/** The path that a script was read from; undefined if it was read from none. */
export function pathOfScript(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url.replace(/[?#].*$/s, ''));
  } catch {
    return undefined;
  }
}

/** Of a file that is loaded, by its absolute path. */
export function fileName(path: string, { project, own }: Folders): string {
  if (own !== undefined && isBelow(path, own)) return `node_modules/benchmem${path.slice(own.length)}`;
  const last = path.lastIndexOf(packages);
  if (last >= 0) return path.slice(last + 1);
  if (isBelow(path, project)) return path.slice(project.length + 1);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The package of a file that is named as above, scope included. */
export function packageOf(name: string | undefined): string | undefined {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/.@][^/]*)\//.exec(name ?? '');
  return match?.[1];
}

function isBelow(path: string, folder: string): boolean {
  return folder !== '' && folder !== '/' && path.startsWith(`${folder}/`);
}

function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return 'https:';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
