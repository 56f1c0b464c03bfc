// Finds out what a module exports without loading it into this process: a child imports it and answers.
// INVARIANT: the child is gone when the promise settles.
import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bindToUs, unbind } from '../../engine/child/parent/bound-children.js';
import { TextTail } from '../../engine/child/parent/text-tail.js';
import { inheritedFlags } from '../../engine/child/parent/world.js';
import { makeImportable } from '../../engine/modules/importable.js';
import { withSourcePlaces } from '../../engine/modules/source-places.js';
import { reviveError, withStacks } from '../../error-text.js';
import { BenchmemError } from '../../errors.js';
import type { ListExportsMessage } from './list-exports-child.js';
import type { ExportEntry } from './targets.js';

const entry = fileURLToPath(new URL('./list-exports-child.js', import.meta.url));
const tailBytes = 4096;
const endGraceMs = 2000;

/** A module as errors name it, and where it is. */
export interface NamedModule {
  readonly label: string;
  readonly path: string;
}

/** What the module exports. Throws MODULE_NOT_FOUND, MODULE_FAILED, TRANSFORM_FAILED, ABORTED. */
export async function listExports(module: NamedModule, signal: AbortSignal): Promise<readonly ExportEntry[]> {
  requireFile(module);
  const importable = await makeImportable([module.path]);
  try {
    return entriesOf(module, await ask(importable.urlOf(module.path), signal));
  } finally {
    importable.dispose();
  }
}

function requireFile({ label, path }: NamedModule): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new BenchmemError('MODULE_NOT_FOUND', `there is no file ${label}`, 'check the path');
  }
  if (!found.isFile()) {
    throw new BenchmemError('MODULE_NOT_FOUND', `${label} is not a file`, 'name the module itself');
  }
}

function entriesOf({ label }: NamedModule, answer: ListExportsMessage | Silence): readonly ExportEntry[] {
  switch (answer.benchmem) {
    case 'exports':
      return answer.entries;
    case 'import-failed':
      throw new BenchmemError(
        answer.missing ? 'MODULE_NOT_FOUND' : 'MODULE_FAILED',
        `${label} cannot be imported: ${answer.error.message}`,
        answer.missing ? 'check its imports; are its packages installed?' : `node ${label} shows where`,
        { cause: reviveError(withStacks(answer.error, withSourcePlaces)) },
      );
    case 'silence':
      throw new BenchmemError(
        'MODULE_FAILED',
        `${label} ended its process while it was imported (${answer.how})${answer.tail === '' ? '' : `:\n${answer.tail}`}`,
        `node ${label} shows where`,
      );
  }
}

/** A child that ended without an answer. */
interface Silence {
  readonly benchmem: 'silence';
  readonly how: string;
  readonly tail: string;
}

function ask(url: string, signal: AbortSignal): Promise<ListExportsMessage | Silence> {
  const child = fork(entry, [], {
    execArgv: inheritedFlags(process.execArgv),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  bindToUs(child);
  const tail = new TextTail(tailBytes);
  child.stderr?.on('data', (chunk: Buffer) => tail.push(chunk));
  return new Promise((resolve, reject) => {
    const kill = () => child.kill('SIGKILL');
    let answer: ListExportsMessage | undefined;
    let timer: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    child.on('message', (message) => {
      if (!isAnswer(message)) return;
      answer = message;
      // A module that keeps its process from ending has had its chance.
      timer = setTimeout(kill, endGraceMs);
    });
    child.on('error', reject);
    // WHY close and not exit: only then has stderr been read to its end.
    child.on('close', (code, endSignal) => {
      clearTimeout(timer);
      unbind(child);
      signal.removeEventListener('abort', kill);
      if (answer === undefined && signal.aborted) {
        reject(new BenchmemError('ABORTED', 'interrupted', 'run it again'));
      } else {
        const how = endSignal === null ? `exit code ${code}` : `signal ${endSignal}`;
        resolve(answer ?? { benchmem: 'silence', how, tail: tail.toString() });
      }
    });
    child.send(url, () => {}); // A channel that closed meanwhile shows as the child's end.
  });
}

// User code may use the channel too.
function isAnswer(message: unknown): message is ListExportsMessage {
  const tag = (message as { benchmem?: unknown } | null)?.benchmem;
  return tag === 'exports' || tag === 'import-failed';
}
