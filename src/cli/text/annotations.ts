// GitHub's workflow commands: an error at a line of a file. Pure text.
// Names are text from outside: nothing of them becomes a command or a property.

import { isAbsolute, relative, resolve, sep } from 'node:path';
import { commandProperty, commandText } from '../../text/escapes.js';
import type { Io } from '../world.js';

export interface Place {
  /** As GitHub names it: see repositoryPaths. */
  readonly file: string;
  readonly line?: number | undefined;
}

/** True if the output of this process is read by GitHub Actions. */
export function isOnGitHub(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.GITHUB_ACTIONS === 'true';
}

/**
 * Turns a file as the commands name it, relative to the working folder, into GitHub's name for it: relative to the
 * repository's root, where that is known and holds the file.
 */
export function repositoryPaths({ cwd, env }: Pick<Io, 'cwd' | 'env'>): (file: string) => string {
  const root = env.GITHUB_WORKSPACE;
  if (root === undefined || root === '') return (file) => file;
  return (file) => {
    const path = relative(root, resolve(cwd, file));
    const isInside = path !== '' && path.split(sep)[0] !== '..' && !isAbsolute(path);
    return isInside ? path.split(sep).join('/') : file;
  };
}

/** One `::error` line; without a place it belongs to the job. */
export function errorAnnotation(place: Place | undefined, title: string, text: string): string {
  return annotation('error', place, title, text);
}

/** One line of that kind. */
export function annotation(
  kind: 'error' | 'notice',
  place: Place | undefined,
  title: string,
  text: string,
): string {
  const properties = [
    ...(place === undefined ? [] : [`file=${commandProperty(place.file)}`]),
    ...(place?.line === undefined ? [] : [`line=${place.line}`]),
    `title=${commandProperty(title)}`,
  ];
  return `::${kind} ${properties.join(',')}::${commandText(text)}\n`;
}
