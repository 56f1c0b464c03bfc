// `K=V`: the condition of `--where` and of a limit's scope, as text. What a key reads is not known here. Pure.
import { BenchmemError } from '../errors.js';

export interface Condition {
  /** As the user wrote it. */
  readonly key: string;
  readonly value: string;
}

/** `K=V`. Throws USAGE. */
export function parseCondition(text: string, origin = '--where'): Condition {
  const equals = text.indexOf('=');
  const key = text.slice(0, Math.max(0, equals)).trim();
  if (equals === -1 || key === '' || key === 'param:') {
    throw new BenchmemError(
      'USAGE',
      `${origin}: ${JSON.stringify(text)} is not K=V`,
      'for example --where group=io',
    );
  }
  return { key, value: text.slice(equals + 1).trim() };
}
