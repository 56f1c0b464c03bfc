// Warnings of a comparison, as values; renderers print them.

export interface ComparisonWarning {
  readonly code: string;
  /** What it is about: an id, a run, a flag. */
  readonly subject: string;
  readonly message: string;
  readonly hint: string;
}

export function warning(code: string, subject: string, message: string, hint: string): ComparisonWarning {
  return { code, subject, message, hint };
}
