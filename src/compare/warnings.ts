// Warnings of a comparison, as values; renderers print them.

export interface ComparisonWarning {
  readonly code: string;
  /** What it is about: an id, a run, a flag. */
  readonly subject: string;
  readonly message: string;
  readonly hint: string;
  /** The ids and files that the message names: no line of it ends inside one. In no document. */
  readonly names?: readonly string[];
}

export function warning(
  code: string,
  subject: string,
  message: string,
  hint: string,
  names?: readonly string[],
): ComparisonWarning {
  return { code, subject, message, hint, ...(names && { names }) };
}
