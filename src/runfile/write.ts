// Writes a run file so that it is whole at every instant, and a run as text.
import { openWholeFile } from '../files/whole-file.js';
import type { RunFile } from './schema.js';

/** Where a run is written; `write` may be called after each benchmark. */
export interface RunFileWriter {
  /** The file as the user named it. */
  readonly path: string;
  write(run: RunFile): Promise<void>;
}

/** As openWholeFile, for runs. Throws CANNOT_WRITE. */
export async function openRunFile(path: string, name: string = path): Promise<RunFileWriter> {
  const file = await openWholeFile(path, name);
  return { path, write: async (run) => file.write(serializeRun(run)) };
}

/** The file's text. Throws TypeError for a number that JSON cannot hold: it must not become null in silence. */
export function serializeRun(run: RunFile): string {
  const keepFinite = (key: string, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new TypeError(`${key} is ${value}: a run file holds finite numbers`);
  };
  return `${JSON.stringify(run, keepFinite, 2)}\n`;
}

/** As serializeRun, for runs from elsewhere: what is not finite stands bare, as Python writes it and our reader takes it. */
export function serializeForeignRun(run: RunFile): string {
  const foreign: number[] = [];
  const note = (_key: string, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) foreign.push(value);
    return value;
  };
  const plain = JSON.stringify(run, note, 2);
  if (foreign.length === 0) return `${plain}\n`;
  let marker = '#number:';
  while (plain.includes(marker)) marker = `#${marker}`;
  const marked = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? `${marker}${value}` : value;
  return `${JSON.stringify(run, marked, 2).replaceAll(new RegExp(`"${marker}(-?\\w+)"`, 'g'), '$1')}\n`;
}
