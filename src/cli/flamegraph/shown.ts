// What the command shows, of one profile or of two: its name, what is to be told beside it, and the document in the wanted
// form. Types only.
import type { Terminal } from '../world.js';

export interface Shown {
  /** What it is called in messages: an id. */
  readonly title: string;
  /** Where its page stands by default. */
  readonly pageFile: string;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  /** Throws NOT_MEASURED. */
  document(terminal: Terminal): string | Uint8Array;
}
