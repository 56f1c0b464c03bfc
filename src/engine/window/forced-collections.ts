// V8's leave to be asked for collections: without it, a near-live window would abort the process.
// A file of its own because measuring children load it, and nothing else that windows around tests need.
import { setFlagsFromString } from 'node:v8';

/** From here on; contexts that are made later have a global `gc`. */
export function allowForcedCollections(): void {
  setFlagsFromString('--expose-gc');
}

export function forbidForcedCollections(): void {
  setFlagsFromString('--no-expose-gc');
}
