// Shapes of plain data from outside, as several layers' readers of it ask for them.
// A leaf: imports nothing, throws nothing.

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && [...value].every(isText);
}
