// Isolated measurements on any Node of the matrix, from a test that runs on another. Judges nothing.
import { pathToFileURL } from 'node:url';
import type { MemoryResult } from '../../src/index.js';
import { builtIsolate } from './built-api.js';

export interface IsolatedRun {
  readonly execPath: string;
  readonly module: string;
  readonly name: string;
  /** An export that runs before each pass, outside the window. */
  readonly setup?: string;
  /** Absent: until the peak stops falling. */
  readonly repeats?: number;
  readonly cold?: boolean;
  readonly nodeFlags?: readonly string[];
  readonly args?: readonly unknown[];
  readonly warmup?: number;
  readonly objects?: boolean;
}

export async function measureOnNode({
  module,
  name,
  setup,
  args = [],
  ...options
}: IsolatedRun): Promise<MemoryResult> {
  const loadable = (exportName: string, args: readonly unknown[] = []) => ({
    url: pathToFileURL(module).href,
    name: module,
    exportName,
    args,
  });
  const subject = {
    action: loadable(name, args),
    argumentBytes: 0,
    ...(setup !== undefined && { setup: loadable(setup) }),
  };
  return (await builtIsolate.measureSubject(subject, options)).result;
}
