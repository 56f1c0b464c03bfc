// Which scripts the frames of a reading are of, and their texts, once the window is closed.

import type { ProfileReading } from '../../native/contract.js';
import type { WantedScripts } from '../child/inside/script-texts.js';
import type { ScriptText } from '../child/protocol.js';

/** None where this node has no inspector: then frames of scripts that no file holds have their function's line only. */
export async function textsIn(reading: ProfileReading): Promise<ScriptText[]> {
  // WHY: it is imported on demand, because what it loads would stand in the heap of a child that measures.
  const { scriptTexts } = await import('../child/inside/script-texts.js');
  return textsBy(scriptTexts, reading);
}

/** The same where the reader of texts is loaded already. */
export function textsBy(
  scriptTexts: (wanted: WantedScripts) => ScriptText[] | Error,
  { functionScripts = new Int32Array() }: ProfileReading,
): ScriptText[] {
  const ids = new Set(functionScripts);
  ids.delete(0);
  const texts = scriptTexts({ ids, urls: new Set() });
  return texts instanceof Error ? [] : texts;
}
