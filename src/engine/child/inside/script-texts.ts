// The texts of the scripts that V8 runs here, by node's inspector: of those that no file holds as it ran (evaluated code, `vm`,
// what a loader transformed, node's own). After the last window only: it allocates, and V8 leaves optimised code for it.
// Must not be loaded by a child that is still measuring.
import { readFileSync } from 'node:fs';
import type { Debugger, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defined } from '../../../shapes.js';
import type { ScriptText } from '../protocol.js';

/** Which scripts: by the number, or by the name, of which several may be. */
export interface WantedScripts {
  readonly ids: ReadonlySet<number>;
  readonly urls: ReadonlySet<string>;
}

/** Of this thread's scripts. An error where this node has no inspector, or may not use it. */
export function scriptTexts({ ids, urls }: WantedScripts): ScriptText[] | Error {
  try {
    const { Session } = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    const session = new Session();
    session.connect();
    try {
      return textsOf(session, ({ scriptId, url }) => ids.has(Number(scriptId)) || urls.has(url));
    } finally {
      session.disconnect();
    }
  } catch (error) {
    return error as Error;
  }
}

type Parsed = Debugger.ScriptParsedEventDataType & { readonly scriptLanguage?: string };

function textsOf(session: Session, isWanted: (script: Parsed) => boolean): ScriptText[] {
  const scripts: Parsed[] = [];
  session.on('Debugger.scriptParsed', ({ params }) => {
    if ((params as Parsed).scriptLanguage !== 'WebAssembly' && isWanted(params)) scripts.push(params);
  });
  post(session, 'Debugger.enable');
  const texts = scripts.map(({ scriptId, url, startLine, startColumn, sourceMapURL }): ScriptText => {
    const { scriptSource } = post(session, 'Debugger.getScriptSource', { scriptId });
    return {
      scriptId: Number(scriptId),
      url,
      line: startLine,
      column: startColumn,
      ...defined({
        text: fileHolds(url, scriptSource) ? undefined : scriptSource,
        sourceMapUrl: sourceMapURL === '' ? undefined : sourceMapURL,
      }),
    };
  });
  post(session, 'Debugger.disable');
  return texts;
}

// An inspector in the same process answers before it returns.
function post(session: Session, method: string, parameters: object = {}): { readonly scriptSource: string } {
  let answer: unknown;
  let failure: Error | null = null;
  session.post(method, parameters, (error: Error | null, result: unknown) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw failure as Error;
  return answer as { readonly scriptSource: string };
}

function fileHolds(url: string, text: string): boolean {
  try {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    // WHY: the path must be absolute, because other names are of no file, whatever the working folder holds.
    return path.startsWith('/') && readFileSync(path, 'utf8').replace(/^\uFEFF/, '') === text;
  } catch {
    return false;
  }
}
